import { OTHER_COLUMNS, otherColumn, type OtherName } from '../fields/other-columns.ts';
import type { ReportField } from '../fields/report-field.ts';
import { REPORT_FIELDS, reportField } from '../fields/report-fields.ts';
import { countColumns, countKeys } from '../kinds/count-table-spec.ts';
import { furtherKeys } from '../kinds/latency-spec.ts';
import type { ProbeSpec } from '../model/probe.ts';
import { ALIASES, PROBES } from '../probes/index.ts';
import { kernelMemory } from './memory.ts';
import { isMade, madeScripts, type MadeProbe, type ScriptSource } from './scripts.ts';

/** A document with tables that we make: its path in the repository, and its tables by the name of their place. */
export interface MadeDocument {
  readonly path: string;
  readonly tables: Readonly<Record<string, readonly string[]>>;
}

/** The documents with tables that `npm run scripts` makes, between `<!-- made: NAME -->` and `<!-- end -->`. */
export function madeDocuments(): readonly MadeDocument[] {
  return [
    {
      path: 'scripts/README.md',
      tables: {
        scripts: scriptsTable(),
        'columns of reports': reportColumnsTable(),
        'columns of counts': countColumnsTable(),
        memory: memoryTable(),
      },
    },
    { path: 'docs/probes.md', tables: { probes: probesTable() } },
  ];
}

/** A document with its tables written again. Throws where a place is missing. */
export function withTables(text: string, { path, tables }: MadeDocument): string {
  return Object.entries(tables).reduce((before, [name, lines]) => {
    const place = new RegExp(`(<!-- made: ${name} -->\n)[^]*?(\n<!-- end -->)`);
    if (!place.test(before)) throw new Error(`${path} has no place for the table "${name}"`);
    return before.replace(place, (_, begin: string, end: string) => `${begin}\n${lines.join('\n')}\n${end}`);
  }, text);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)];
}

/** Every probe that has a script made for it, once whatever its names. */
const MADE: readonly MadeProbe[] = PROBES.filter(isMade).filter(({ aliasOf }) => aliasOf === undefined);

/** Every script that is made, with what it shows and its columns, or the keys of its histograms. */
function scriptsTable(): readonly string[] {
  const rows = MADE.map(({ name, summary, source }) => [
    [name, ...ALIASES.filter(({ aliasOf }) => aliasOf === name).map((alias) => alias.name)]
      .map((each) => `\`${each}.d\``)
      .join(', '),
    summary,
    shown(source),
  ]);
  return table(['Script', 'It shows', 'Columns beside `ZONE` and `PID`, or keys'], rows);
}

function shown(source: ScriptSource): string {
  switch (source.kind) {
    case 'report-table':
      return ['UPSTAIRS', 'SESSION', ...source.fields.map((name) => headingOf(name))].join(', ');
    case 'count-table':
      return [...countKeys(source).slice(2), ...countColumns(source)]
        .map((name) => otherColumn(name).heading)
        .join(', ');
    case 'latency':
    case 'latency-in-parts':
      return ['type', ...furtherKeys(source)].map((key) => `\`${key}\``).join(', ');
  }
}

function headingOf(name: Parameters<typeof reportField>[0] | 'delta'): string {
  return name === 'delta' ? otherColumn(name).heading : reportField(name).heading;
}

/** The fields of reports that some script shows. */
function reportColumnsTable(): readonly string[] {
  const used = new Set(
    MADE.flatMap(({ source }): readonly string[] =>
      source.kind === 'report-table' ? [...source.fields, 'upstairs_id', 'session_id'] : [],
    ),
  );
  const rows = REPORT_FIELDS.filter((field) => used.has(field.name)).flatMap((field: ReportField) => {
    const name = field.each === true ? `${field.heading}0` : field.heading;
    const since = field.kind === 'counter' && field.name !== 'next_job_id' ? ', since the session began' : '';
    const row = [`\`${name}\``, `${field.help}${since}`, reportedIn(field)];
    const delta = otherColumn('delta');
    return field.name === 'next_job_id' ? [row, [`\`${delta.heading}\``, delta.help, '']] : [row];
  });
  return table(['Column', 'Meaning', 'Crucible reports it'], rows);
}

function reportedIn({ since, until }: ReportField): string {
  if (until !== undefined) return since === undefined ? `until ${until}` : `${since} to ${until}`;
  return since === undefined ? '' : `since ${since}`;
}

/** The columns of counts, as all their tables have them, in the order of the fields. */
function countColumnsTable(): readonly string[] {
  const columns = new Set<OtherName>(
    MADE.flatMap(({ source }) =>
      source.kind === 'count-table' ? [...countKeys(source), ...countColumns(source)] : [],
    ),
  );
  const help = (name: OtherName): string => {
    const special = MADE.flatMap(({ source }) => {
      const text = source.kind === 'count-table' ? source.help?.[name] : undefined;
      return text === undefined ? [] : [`in \`${source.name}.d\` ${text}`];
    });
    return [otherColumn(name).help, ...special].join('; ');
  };
  return table(
    ['Column', 'Meaning'],
    OTHER_COLUMNS.filter(({ name }) => columns.has(name)).map(({ name, heading }) => [
      `\`${heading}\``,
      help(name),
    ]),
  );
}

/** What scripts allocate in the kernel, those of the same size together. */
function memoryTable(): readonly string[] {
  const scripts = new Map<string, string[]>();
  for (const [name, text] of madeScripts()) {
    const memory = kernelMemory(text);
    scripts.set(memory, [...(scripts.get(memory) ?? []), `\`${name}\``]);
  }
  return table(
    ['Scripts', 'Kernel memory'],
    [...scripts].map(([memory, names]) => [names.join(', '), memory]),
  );
}

/** What limits a probe, how long it watches, how often it prints, and what it costs. */
function probesTable(): readonly string[] {
  const rows = PROBES.filter((probe) => !('aliasOf' in probe)).map((probe: ProbeSpec) => [
    `\`${probe.name}\``,
    limitOf(probe),
    `${probe.seconds} s, ${probe.interval === 0 ? 'at the end' : `${probe.interval} s`}`,
    probe.cost,
  ]);
  return table(['Probe', 'Limited by', 'Watches, prints every', 'Cost'], rows);
}

function limitOf({ takes }: ProbeSpec): string {
  if (takes.volume) return '`--volume`';
  return { no: '', optional: '`--pid`', needed: '`--pid`, needed' }[takes.pid];
}

import { otherColumn, type OtherName } from '../fields/other-columns.ts';
import { countColumns, countKeys, type Counted, type CountTable } from '../kinds/count-table-spec.ts';
import {
  argumentsOf,
  EXIT_CLAUSE,
  given,
  INTERVAL_TICK,
  INTERVALS_BEGIN,
  INTERVALS_END,
  LIVELY,
  madeBy,
  NEXT_INTERVAL,
  QUIET,
  SAY_INTERVAL,
  usageClause,
  type Arguments,
} from './common.ts';
import { glossary, paragraphs, programText, type Clause } from './d-program.ts';
import { readVolumeClause } from './volume-clause.ts';

/** How a key is printed by hand, and how it stands in an aggregation. */
const KEYS: Readonly<Partial<Record<OtherName, { readonly format: string; readonly value: string }>>> = {
  zone: { format: '%-56s', value: 'zonename' },
  pid: { format: '%6d', value: 'pid' },
  volume: { format: '%-36s', value: 'this->volume' },
  type: { format: '%-15s', value: '' },
};

/** Columns of a count by hand: START and DONE are of a whole run. */
function widthOf(column: OtherName): number {
  return column === 'start' || column === 'done' ? 9 : 5;
}

/** The script that counts firings by process. `source` is the file that it is made of. */
export function countScript(table: CountTable, source: string): string {
  const script = `${table.name}.d`;
  const isNeeded = table.limit === 'needed pid';
  const only = table.limit === 'volume' ? 'VOLUME' : 'PID';
  const args = argumentsOf(
    script,
    isNeeded ? ['PID', 'SECONDS', 'INTERVAL', 'FIELDS'] : ['SECONDS', 'INTERVAL', only, 'FIELDS'],
    isNeeded,
  );
  const columns = countColumns(table);
  return programText({
    header: headerOf(table, args, source),
    options: [...QUIET, 'bufsize=256k', `aggsize=${table.aggsize ?? '256k'}`, ...LIVELY, 'aggrate=10hz'],
    clauses: [
      beginClause(table, args),
      usageClause('refused', args),
      ...(table.limit === 'volume' ? [readVolumeClause(probesOf(table), 'or no UUID')] : []),
      ...table.counted.map((each) => countClause(table, each, args)),
      {
        probes: ['tick-1s'],
        body: [...INTERVAL_TICK, 'this->heading = this->rows;'],
      },
      { probes: ['dtrace:::END'], body: [...INTERVALS_END, 'this->rows = refused == 0;'] },
      ...printClauses(table),
      {
        probes: ['tick-1s', 'dtrace:::END'],
        predicate: 'this->rows',
        body: [
          ...columns.map((column) => `trunc(@${column});`),
          'due = due + interval;',
          ...NEXT_INTERVAL,
          'printed = elapsed;',
        ],
      },
      {
        probes: ['dtrace:::BEGIN', 'tick-1s'],
        predicate: 'this->heading && fields == 0',
        body: [`printf("${headingLine(table)}\\n");`],
      },
      EXIT_CLAUSE,
    ],
  });
}

function headerOf(table: CountTable, args: Arguments, source: string): readonly string[] {
  const keys = countKeys(table);
  const help = (name: OtherName): string => table.help?.[name] ?? otherColumn(name).help;
  const rows =
    table.interval === 0
      ? `Prints one row for each ${keys.includes('volume') ? 'process, volume' : 'process'} and type of IO:`
      : 'Prints one row for each process that worked in the interval:';
  const printed =
    table.interval === 0
      ? 'It ends by itself after SECONDS (30) and prints then. With an INTERVAL, it prints every so many seconds what ' +
        'came since the last print.'
      : `Each INTERVAL (${table.interval} seconds) has its headings and rows, ordered by the first count; a process ` +
        'that did none of this has no row. The last interval ends with the program, after SECONDS (30).';
  const limited =
    table.limit === 'volume'
      ? 'VOLUME limits it to the volume with that UUID (0: all).'
      : table.limit === 'pid'
        ? 'PID limits it to one process (0: all).'
        : 'PID is the process.';
  return [
    `${table.name}.d: ${table.summary}.`,
    '',
    `\t${args.usage}`,
    '',
    ...paragraphs([rows]),
    '',
    ...glossary([...keys, ...countColumns(table)].map((name) => [otherColumn(name).heading, help(name)])),
    '',
    ...paragraphs([
      ...table.about,
      `${printed} After an interval that is shorter than the others a line says so. ${limited}`,
      'With FIELDS as the last argument rows are name=value words, and a line after the rows of each interval says how ' +
        'long it was and when it ended: interval=N elapsed_ns=N time_ns=N.',
    ]),
    '',
    ...madeBy(source),
  ];
}

function beginClause(table: CountTable, args: Arguments): Clause {
  const once = table.interval === 0;
  return {
    probes: ['dtrace:::BEGIN'],
    body: [
      `limit = ${given(args.at('SECONDS'), 30)};`,
      `interval = ${given(args.at('INTERVAL'), table.interval)};`,
      'fields = $$4 == "FIELDS";',
      `refused = ${table.limit === 'needed pid' ? '$1 == 0 || ' : ''}($$4 != "" && fields == 0);`,
      once ? 'due = interval > 0 ? interval : limit;' : 'due = interval;',
      'elapsed = 0;',
      'printed = 0;',
      ...INTERVALS_BEGIN,
      ...(table.limit === 'volume' ? ['only = tolower($$3);'] : []),
      'this->heading = refused == 0;',
    ],
  };
}

function probeOf({ provider }: CountTable, { probe }: Counted): string {
  return `crucible_${provider}*:::${probe}`;
}

function probesOf(table: CountTable): readonly string[] {
  return [...new Set(table.counted.map((each) => probeOf(table, each)))];
}

function countClause(table: CountTable, each: Counted, args: Arguments): Clause {
  const keys = countKeys(table).map((name) =>
    name === 'type' ? `"${each.type}"` : (KEYS[name]?.value ?? ''),
  );
  return {
    probes: [probeOf(table, each)],
    predicate: wantedOf(table, args),
    body: [`@${each.column}[${keys.join(', ')}] = count();`],
  };
}

function wantedOf(table: CountTable, args: Arguments): string {
  switch (table.limit) {
    case 'pid':
      return `${args.at('PID')} == 0 || pid == ${args.at('PID')}`;
    case 'needed pid':
      return `pid == ${args.at('PID')}`;
    case 'volume':
      return 'this->wanted';
  }
}

/** The rows of an interval: named, or in columns and with a word where the interval is shorter than the others. */
function printClauses(table: CountTable): readonly Clause[] {
  const keys = countKeys(table);
  const columns = countColumns(table);
  const probes = ['tick-1s', 'dtrace:::END'];
  const named = [
    ...keys.map((name) => `${name}=${name === 'pid' ? '%d' : '%s'}`),
    ...columns.map((column) => `${column}=%@d`),
  ];
  const shown = [
    ...keys.map((name) => KEYS[name]?.format ?? '%s'),
    ...columns.map((column) => `%@${widthOf(column)}d`),
  ];
  return [
    {
      probes,
      predicate: 'this->rows && fields',
      body: [...printaStatement(named.join(' '), columns), SAY_INTERVAL],
    },
    { probes, predicate: 'this->rows && fields == 0', body: printaStatement(shown.join(' '), columns) },
    {
      probes: ['dtrace:::END'],
      predicate: 'this->rows && fields == 0 && interval > 0 && elapsed - printed < interval',
      body: [
        String.raw`printf("# the rows above are of %d s, those of an interval of %d s\n", elapsed - printed, interval);`,
      ],
    },
  ];
}

function printaStatement(format: string, columns: readonly string[]): readonly string[] {
  const lines = [`printa("${format}\\n",`];
  for (const [i, column] of columns.entries()) {
    const word = `@${column}${i === columns.length - 1 ? ');' : ','}`;
    const last = lines.at(-1) ?? '';
    if (lines.length > 1 && last.length + word.length < 96) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`    ${word}`);
  }
  return lines;
}

/** The line of headings, over the columns of the rows. */
export function headingLine(table: CountTable): string {
  const pads: Readonly<Partial<Record<OtherName, (text: string) => string>>> = {
    zone: (text) => text.padEnd(56),
    pid: (text) => text.padStart(6),
    volume: (text) => text.padEnd(36),
    type: (text) => text.padEnd(15),
  };
  return [...countKeys(table), ...countColumns(table)]
    .map((name) => {
      const { heading } = otherColumn(name);
      return pads[name]?.(heading) ?? heading.padStart(widthOf(name));
    })
    .join(' ');
}

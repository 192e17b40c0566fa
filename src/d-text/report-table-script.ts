import type { FieldColumn } from '../fields/report-field.ts';
import { otherColumn } from '../fields/other-columns.ts';
import { valueColumns, type ReportTable } from '../kinds/report-table-spec.ts';
import { argumentsOf, EXIT_CLAUSE, given, LIVELY, madeBy, QUIET, usageClause } from './common.ts';
import { glossary, paragraphs, programText, type Clause } from './d-program.ts';
import {
  choosingClause,
  printedLine,
  READING_CLAUSE,
  REPORT_OPTIONS,
  THINNED,
  UP_STATUS,
  VALUES_PER_CLAUSE,
  whole,
} from './report-clauses.ts';
import { STATE_CODES } from '../model/state-codes.ts';

/** Columns of a zone by hand, cut as the scripts of old cut it: `oxz_propolis-server_` and 8 digits. */
const ZONE = { short: 28, full: 56 } as const;
const PID_WIDTH = 5;
const ID = { short: 8, full: 36 } as const;
const CODE_WIDTH = 3;

/** One column behind zone and PID: how wide it is by hand, and with LONG; null where only LONG shows it. */
interface Cell {
  readonly column: FieldColumn | 'delta';
  readonly heading: string;
  readonly short: number | null;
  readonly full: number;
}

function cellsOf(table: ReportTable): readonly Cell[] {
  return valueColumns(table).map((column): Cell => {
    if (column === 'delta') return { column, heading: otherColumn('delta').heading, short: 5, full: 5 };
    const { field, heading } = column;
    const width = Math.max(field.width, heading.length);
    const isOnlyLong =
      field.until !== undefined || (table.onlyLong ?? []).some((name) => name === field.name);
    const short = field.kind === 'id' ? ID.short : field.kind === 'state' ? CODE_WIDTH : width;
    return { column, heading, short: isOnlyLong ? null : short, full: width };
  });
}

/** The line of headings, short or in full. */
export function headingLine(table: ReportTable, form: 'short' | 'full'): string {
  const cells = cellsOf(table).flatMap((cell) => {
    const width = form === 'short' ? cell.short : cell.full;
    return width === null ? [] : [` ${cell.heading.padStart(width)}`];
  });
  return `${'ZONE'.padEnd(ZONE[form])} ${'PID'.padStart(PID_WIDTH)}${cells.join('')}`;
}

/** The script that shows a table of reports by hand. `source` is the file that it is made of. */
export function reportTableScript(table: ReportTable, source: string): string {
  const script = `${table.name}.d`;
  const isNeeded = table.pid === 'needed';
  const args = argumentsOf(
    script,
    isNeeded ? ['PID', 'SECONDS', 'INTERVAL', 'LONG'] : ['SECONDS', 'INTERVAL', 'PID', 'LONG'],
    isNeeded,
  );
  const cells = cellsOf(table);
  const hasDelta = cells.some(({ column }) => column === 'delta');
  const widths = [...new Set(cells.flatMap(({ short, full }) => (short === null ? [full] : [short, full])))];
  const long = args.at('LONG').replace('$', '$$$$');
  return programText({
    header: [
      `${script}: ${table.summary}.`,
      '',
      `\t${args.usage}`,
      '',
      ...paragraphs(['Prints one row for each status report of an upstairs (about one a second):']),
      '',
      ...glossary(headingsWithHelp(cells)),
      '',
      ...paragraphs([
        'A value that the report does not have is "-". Zones and ids are cut, and a state is a code, as cmon has them. ' +
          'With LONG as the last argument they are in full, a state as this Crucible spells it, and ' +
          `${longOnly(cells)} too.`,
        `${THINNED} ${isNeeded ? 'PID is the process.' : 'PID limits it to one process (0: all).'}`,
      ]),
      '',
      ...madeBy(source),
    ],
    options: [...QUIET, ...REPORT_OPTIONS, 'dynvarsize=4m', ...LIVELY],
    declarations: [
      codesDeclaration(),
      widths
        .toSorted((a, b) => a - b)
        .map(cellDeclaration)
        .join('\n'),
    ],
    clauses: [
      {
        probes: ['dtrace:::BEGIN'],
        body: [
          `limit = ${given(args.at('SECONDS'), 30)};`,
          `interval = ${given(args.at('INTERVAL'), 1)};`,
          `in_full = ${long} == "LONG" || ${long} == "long";`,
          'elapsed = 0;',
          '/* Only to say what kind of values these hold. */',
          'due[0, "-"] = 0;',
          ...(hasDelta ? ['jobs[0, "-"] = (int64_t)0;'] : []),
          '/* The headings are due. */',
          'rows = 21;',
          `this->shown = ${isNeeded ? `${args.at('PID')} != 0` : '1'};`,
        ],
      },
      usageClause(`${isNeeded ? `${args.at('PID')} == 0 || ` : ''}${long} != "" && in_full == 0`, args),
      choosingClause(args.at('PID'), isNeeded),
      READING_CLAUSE,
      whoseClause(),
      ...valueClauses(cells, hasDelta),
      {
        probes: [UP_STATUS],
        predicate: 'this->shown && this->error != NULL',
        body: whole(['this->row = strjoin("  unreadable: ", this->error);']),
      },
      ...headingClauses(table),
      {
        comment:
          'The one record of a report: a second one that is not used would count as a drop in a full buffer.',
        probes: [UP_STATUS],
        predicate: 'this->shown',
        body: [String.raw`printf("%s %${PID_WIDTH}d%s\n", this->zone, pid, this->row);`, 'rows++;'],
      },
      ...(hasDelta
        ? [
            {
              probes: [UP_STATUS],
              predicate: 'this->shown && this->session != "-" && this->next != 0',
              body: ['jobs[pid, this->session] = this->next;'],
            },
          ]
        : []),
      { probes: ['tick-1s'], body: ['elapsed++;'] },
      EXIT_CLAUSE,
    ],
  });
}

function longOnly(cells: readonly Cell[]): string {
  const headings = cells.filter(({ short }) => short === null).map(({ heading }) => heading);
  return headings.length === 0 ? 'the columns are wider' : `there are ${headings.join(', ')}`;
}

/** Headings with their help, those of the three downstairs on one line. */
function headingsWithHelp(cells: readonly Cell[]): readonly (readonly [string, string])[] {
  const entries = new Map<string, { headings: string[]; help: string }>();
  const add = (id: string, heading: string, help: string): void => {
    const entry = entries.get(id);
    if (entry === undefined) entries.set(id, { headings: [heading], help });
    else entry.headings.push(heading);
  };
  for (const name of ['zone', 'pid'] as const) add(name, otherColumn(name).heading, otherColumn(name).help);
  for (const { column, heading } of cells) {
    if (column === 'delta') add(column, heading, otherColumn('delta').help);
    else add(column.field.name, heading, column.field.help);
  }
  return [...entries.values()].map(({ headings, help }) => [headings.join(' '), help]);
}

function codesDeclaration(): string {
  const lines = STATE_CODES.map(
    ([code, ...words]) => `    ${words.map((word) => `ss == "${word}"`).join(' || ')} ? "${code}" :`,
  );
  return [
    '/* The code of a state; one that is not here is shown as it is. */',
    'inline string short_state[string ss] =',
    ...lines,
    '    ss;',
  ].join('\n');
}

/** A value in so many columns after a blank: to the right, and never cut. */
function cellDeclaration(width: number): string {
  return [
    `inline string cell${width}[string v] = v == NULL ? "${'-'.padStart(width + 1)}" :`,
    `    strlen(v) > ${width} ? strjoin(" ", v) : strjoin(substr("${' '.repeat(width + 1)}", strlen(v)), v);`,
  ].join('\n');
}

/** Whose the report is: the zone, which may be cut, and an empty row. */
function whoseClause(): Clause {
  return {
    probes: [UP_STATUS],
    predicate: 'this->shown',
    body: whole([
      'due[pid, this->session] = elapsed + interval;',
      `this->zone = substr(zonename, 0, in_full ? 64 : ${ZONE.short});`,
      `this->zone = strjoin(this->zone, substr(in_full ? "${' '.repeat(ZONE.full)}" :`,
      `    "${' '.repeat(ZONE.short)}", strlen(this->zone)));`,
      'this->row = "";',
    ]),
  };
}

/** The clauses that join the values to a row, some in each. */
function valueClauses(cells: readonly Cell[], hasDelta: boolean): readonly Clause[] {
  const clauses: { isLong: boolean; values: number; body: string[] }[] = [];
  for (const cell of cells) {
    const isLong = cell.short === null;
    const last = clauses.at(-1);
    const fits = last !== undefined && last.isLong === isLong && last.values < VALUES_PER_CLAUSE;
    const clause = fits ? last : { isLong, values: 0, body: [] };
    if (!fits) clauses.push(clause);
    clause.values++;
    clause.body.push(...cellStatements(cell, hasDelta));
  }
  return clauses.map(({ isLong, body }) => ({
    probes: [UP_STATUS],
    predicate: isLong ? 'this->shown && in_full' : 'this->shown',
    body: whole(body),
  }));
}

function cellStatements({ column, short, full }: Cell, hasDelta: boolean): readonly string[] {
  if (column === 'delta') {
    return [
      'this->before = jobs[pid, this->session];',
      'this->value = this->before != 0 && this->next != 0 ? lltostr(this->next - this->before) : "-";',
      `this->row = strjoin(this->row, cell${full}[this->value]);`,
    ];
  }
  const { field, path } = column;
  const read = `this->value = json(this->report, "ok.${path}");`;
  if (field.kind === 'id') {
    return [
      read,
      'this->value = this->value != NULL ? this->value : "-";',
      `this->value = substr(this->value, 0, ${short === null ? full : `in_full ? ${full} : ${short}`});`,
      short === null
        ? `this->row = strjoin(this->row, cell${full}[this->value]);`
        : `this->row = strjoin(this->row, in_full ? cell${full}[this->value] : cell${short}[this->value]);`,
    ];
  }
  if (short === null) return [read, `this->row = strjoin(this->row, cell${full}[this->value]);`];
  switch (field.kind) {
    case 'state':
      return [
        read,
        'this->code = short_state[this->value];',
        `this->row = strjoin(this->row, in_full ? cell${full}[this->value] : cell${short}[this->code]);`,
      ];
    case 'gauge':
    case 'counter':
      return [
        read,
        ...(hasDelta && field.name === 'next_job_id'
          ? ['this->next = this->value != NULL ? strtoll(this->value) : 0;']
          : []),
        `this->row = strjoin(this->row, cell${full}[this->value]);`,
      ];
  }
}

function headingClauses(table: ReportTable): readonly Clause[] {
  return (['short', 'full'] as const).map((form, i) => ({
    ...(i === 0 ? { comment: 'Rows of two CPUs may count as one: that only moves the headings.' } : {}),
    probes: ['dtrace:::BEGIN', UP_STATUS],
    predicate: `this->shown && rows >= 21 && ${form === 'full' ? 'in_full' : 'in_full == 0'}`,
    body: [...printedLine(headingLine(table, form)), 'rows = 0;'],
  }));
}

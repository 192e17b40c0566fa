import type { FieldColumn } from '../fields/report-field.ts';
import { reportColumns } from '../fields/report-fields.ts';
import { argumentsOf, EXIT_CLAUSE, given, LIVELY, madeBy, QUIET } from './common.ts';
import { glossary, paragraphs, programText, type Clause } from './d-program.ts';
import { STATUS_FIELDS } from './status-fields.ts';
import { printedText, REPORT_OPTIONS, UP_STATUS, VALUES_PER_CLAUSE, whole } from './report-clauses.ts';

const SCRIPT = 'upstairs-status.d';

/** The D program of `get-ds-state.sh` and `get-lr-state.sh`. `source` is the file that it is made of. */
export function statusScript(source: string): string {
  const ids = reportColumns(['upstairs_id', 'session_id']);
  const values = reportColumns(STATUS_FIELDS);
  return programText({
    header: [
      `${SCRIPT}: what every Crucible upstairs on this sled says of its three downstairs.`,
      '',
      `\t${argumentsOf(SCRIPT, ['SECONDS']).usage}`,
      '',
      ...paragraphs([
        'Prints one line of name=value words for each status report of an upstairs (about one a second), and ends by ' +
          'itself after SECONDS (3):',
      ]),
      '',
      ...glossary([
        ['zone pid', 'whose report it is'],
        ['time_ns', 'when it came, in nanoseconds since 1970'],
        ...glossaryOf([...ids, ...values]),
      ]),
      '',
      ...paragraphs([
        'A value that the report does not have is "-". A report that its upstairs could not write is zone, pid, ' +
          'time_ns and unreadable=..., which goes on to the end of the line.',
        'The first line, columns, has the names behind the ids with their headings and widths for people; began_ns=N ' +
          'and ended_ns=N say when the program began and ended. get-ds-state.sh and get-lr-state.sh make one row a ' +
          'session of this, with one spelling of the states; they pick by name.',
      ]),
      '',
      ...madeBy(source),
    ],
    options: [...QUIET, ...REPORT_OPTIONS, ...LIVELY],
    clauses: [
      {
        probes: ['dtrace:::BEGIN'],
        body: [
          `limit = ${given('$1', 3)};`,
          'elapsed = 0;',
          ...printedText(`columns ${values.map(columnWord).join(' ')}`),
          String.raw`printf("\nbegan_ns=%d\n", walltimestamp);`,
        ],
      },
      {
        probes: [UP_STATUS],
        body: [
          '/* A fault ends a clause, not the firing: nothing of another report may be left to print. */',
          ...whole([
            'this->report = copyinstr(arg1);',
            'this->error = json(this->report, "err");',
            'this->row = "";',
          ]),
        ],
      },
      ...valueClauses([...ids, ...values]),
      {
        probes: [UP_STATUS],
        predicate: 'this->shown && this->error != NULL',
        body: whole(['this->row = strjoin(" unreadable=", this->error);']),
      },
      {
        comment:
          'The one record of a report: a second one that is not used would count as a drop in a full buffer.',
        probes: [UP_STATUS],
        predicate: 'this->shown',
        body: [String.raw`printf("zone=%s pid=%d time_ns=%d%s\n", zonename, pid, walltimestamp, this->row);`],
      },
      { probes: ['tick-1s'], body: ['elapsed++;'] },
      { probes: ['dtrace:::END'], body: [String.raw`printf("ended_ns=%d\n", walltimestamp);`] },
      EXIT_CLAUSE,
    ],
  });
}

/** `ds0=DS0:17`: a name, its heading and how wide it is for people. */
function columnWord({ name, heading, field }: FieldColumn): string {
  return `${name}=${heading}:${Math.max(field.width, heading.length)}`;
}

/** Names with their help, those of the three downstairs as one: `connected_0 to _2`. */
function glossaryOf(columns: readonly FieldColumn[]): readonly (readonly [string, string])[] {
  return columns.flatMap(({ name, field }): readonly (readonly [string, string])[] => {
    if (field.each !== true) return [[name, field.help]];
    return name.endsWith('0')
      ? [[`${name} to ${name.includes('_') ? '_2' : name.replace('0', '2')}`, field.help]]
      : [];
  });
}

/** The clauses that join the values to a row of words, some in each. */
function valueClauses(columns: readonly FieldColumn[]): readonly Clause[] {
  const clauses: Clause[] = [];
  for (let at = 0; at < columns.length; at += VALUES_PER_CLAUSE) {
    const body = columns
      .slice(at, at + VALUES_PER_CLAUSE)
      .flatMap(({ name, path }) => [
        `this->value = json(this->report, "ok.${path}");`,
        'this->value = this->value != NULL ? this->value : "-";',
        `this->row = strjoin(this->row, strjoin(" ${name}=", this->value));`,
      ]);
    clauses.push({ probes: [UP_STATUS], predicate: 'this->shown', body: whole(body) });
  }
  return clauses;
}

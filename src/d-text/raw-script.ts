import { argumentsOf, EXIT_CLAUSE, given, LIVELY, madeBy, QUIET, usageClause } from './common.ts';
import { paragraphs, programText } from './d-program.ts';
import {
  choosingClause,
  READING_CLAUSE,
  REPORT_OPTIONS,
  THINNED,
  UP_STATUS,
  whole,
} from './report-clauses.ts';

const SCRIPT = 'upstairs_raw.d';

/** The script that prints each report as it is, a line of JSON. `source` is the file that it is made of. */
export function rawScript(source: string): string {
  const args = argumentsOf(SCRIPT, ['SECONDS', 'INTERVAL', 'PID', 'FIELDS']);
  return programText({
    header: [
      `${SCRIPT}: every up-status report of every upstairs, as one line of JSON.`,
      '',
      `\t${args.usage}`,
      '',
      ...paragraphs(['Prints one line for each status report of an upstairs (about one a second):']),
      '',
      '\t{"zone":"...","pid":N,"time_ns":N,"status":{...}}',
      '',
      ...paragraphs([
        'time_ns is the time of the report in nanoseconds since 1970 and status what Crucible reported, unchanged. A ' +
          'report that Crucible could not write, or that is longer than this program reads, has "error":"..." in ' +
          'place of status.',
        `${THINNED} PID limits it to one process (0: all). With FIELDS as the last argument, the first and the last ` +
          'line say when it began and ended: {"began_ns":N} and {"ended_ns":N}. There are no headings.',
      ]),
      '',
      ...madeBy(source),
    ],
    options: [...QUIET, ...REPORT_OPTIONS, 'dynvarsize=4m', ...LIVELY],
    clauses: [
      {
        probes: ['dtrace:::BEGIN'],
        body: [
          `limit = ${given('$1', 30)};`,
          `interval = ${given('$2', 1)};`,
          'fields = $$4 == "FIELDS";',
          'elapsed = 0;',
          '/* Only to say what kind of values it holds. */',
          'due[0, "-"] = 0;',
        ],
      },
      usageClause('$$4 != "" && fields == 0', args),
      {
        probes: ['dtrace:::BEGIN'],
        predicate: 'fields',
        body: [String.raw`printf("{\"began_ns\":%d}\n", walltimestamp);`],
      },
      choosingClause('$3', false),
      READING_CLAUSE,
      {
        probes: [UP_STATUS],
        predicate: 'this->shown',
        body: whole([
          'due[pid, this->session] = elapsed + interval;',
          'this->text = json(this->report, "ok");',
          'this->key = this->text != NULL ? "status" : "error";',
          'this->error = this->error != NULL ? this->error : "the report is cut or not JSON";',
        ]),
      },
      {
        probes: [UP_STATUS],
        predicate: 'this->shown && this->text == NULL',
        body: whole([String.raw`this->text = strjoin("\"", strjoin(this->error, "\""));`]),
      },
      {
        comment:
          'The one record of a report: a second one that is not used would count as a drop in a full buffer.',
        probes: [UP_STATUS],
        predicate: 'this->shown',
        body: [
          String.raw`printf("{\"zone\":\"%s\",\"pid\":%d,\"time_ns\":%d,\"%s\":%s}\n", zonename, pid, walltimestamp,`,
          '    this->key, this->text);',
        ],
      },
      { probes: ['tick-1s'], body: ['elapsed++;'] },
      {
        probes: ['dtrace:::END'],
        predicate: 'fields',
        body: [String.raw`printf("{\"ended_ns\":%d}\n", walltimestamp);`],
      },
      EXIT_CLAUSE,
    ],
  });
}

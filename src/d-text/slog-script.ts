import { argumentsOf, EXIT_CLAUSE, given, LIVELY, madeBy, QUIET } from './common.ts';
import { glossary, paragraphs, programText } from './d-program.ts';
import { REPORT_OPTIONS, whole } from './report-clauses.ts';

const SCRIPT = 'slog.d';

/** Processes that one run listens to at most. */
export const TRACED_PROCESSES = 4;

/** Lines of a run at most: a client that is refused logs two in ten seconds. */
const MOST_LINES = 200;

/**
 * What becomes of a connection is said at these levels. A provider that ends in a number would be that process to dtrace,
 * which would stop it for a moment, and give up where it is gone: all processes are listened to, and others are ignored.
 */
const PROBES = ['info', 'warn', 'error'].map((level) => `slog*:::${level}`);

const ASKED = Array.from({ length: TRACED_PROCESSES }, (_, i) => `pid == $${i + 2}`).join(' || ');

/** The script that says which downstairs some processes try to connect to. `source` is the file that it is made of. */
export function slogScript(source: string): string {
  const args = argumentsOf(SCRIPT, ['SECONDS', 'PID', 'PID2', 'PID3', 'PID4']);
  return programText({
    header: [
      `${SCRIPT}: what the clients of an upstairs log of their connections.`,
      '',
      `\t${args.usage}`,
      '',
      ...paragraphs([
        'Prints one line for each message about a connection that a client of an upstairs logs in one of the ' +
          'processes. A client that cannot connect tries again every ten seconds; one that is connected logs nothing.',
      ]),
      '',
      ...glossary([
        ['slog=pid', 'the process'],
        ['client', 'index of the downstairs'],
        ['session', 'session of the upstairs; - where the message does not have it'],
        ['level', 'how much it matters'],
        ['message', 'up to the end of the line, as JSON writes it, 500 characters at most'],
      ]),
      '',
      ...paragraphs([
        `0 stands for no process. No process is stopped; messages of the others are ignored. It ends by itself after SECONDS (25), and prints ${MOST_LINES} such lines at most. The last line says how many ` +
          'messages there were of all kinds, and how many about connections: slog_ended messages=N connections=N.',
      ]),
      '',
      ...madeBy(source),
    ],
    options: [...QUIET, ...REPORT_OPTIONS, ...LIVELY],
    clauses: [
      {
        probes: ['dtrace:::BEGIN'],
        body: [`limit = ${given('$1', 25)};`, 'elapsed = 0;', 'messages = 0;', 'connections = 0;'],
      },
      {
        probes: PROBES,
        body: [`this->shown = ${ASKED};`],
      },
      {
        probes: PROBES,
        predicate: 'this->shown',
        body: [
          '/* A fault ends a clause, not the firing: nothing of another message may be left to print. */',
          ...whole([
            'messages++;',
            'this->record = copyinstr(arg0);',
            'this->client = json(this->record, "ok.kv.client");',
            'this->text = json(this->record, "ok.message");',
            'this->session = json(this->record, "ok.kv.session_id");',
            'this->level = json(this->record, "ok.level");',
          ]),
        ],
      },
      {
        comment: 'Comparing text with NULL is safe, and reading it is not.',
        probes: PROBES,
        predicate: 'this->shown && (this->client == NULL || this->text == NULL)',
        body: ['this->shown = 0;'],
      },
      {
        probes: PROBES,
        predicate: 'this->shown',
        body: whole(['this->found = strstr(this->text, "connect");']),
      },
      {
        probes: PROBES,
        predicate: 'this->shown && this->found == NULL',
        body: ['this->shown = 0;'],
      },
      {
        probes: PROBES,
        predicate: 'this->shown',
        body: whole([
          'connections++;',
          'this->session = this->session != NULL ? this->session : "-";',
          'this->level = this->level != NULL ? this->level : "-";',
          'this->row = strjoin(" client=", substr(this->client, 0, 8));',
          'this->row = strjoin(this->row, strjoin(" session=", substr(this->session, 0, 36)));',
          'this->row = strjoin(this->row, strjoin(" level=", substr(this->level, 0, 8)));',
        ]),
      },
      {
        probes: PROBES,
        predicate: 'this->shown',
        body: whole(['this->row = strjoin(this->row, strjoin(" message=", substr(this->text, 0, 500)));']),
      },
      {
        probes: PROBES,
        predicate: `this->shown && connections <= ${MOST_LINES}`,
        body: [String.raw`printf("slog=%d%s\n", pid, this->row);`],
      },
      { probes: ['tick-1s'], body: ['elapsed++;'] },
      {
        probes: ['dtrace:::END'],
        body: [String.raw`printf("slog_ended messages=%d connections=%d\n", messages, connections);`],
      },
      EXIT_CLAUSE,
    ],
  });
}

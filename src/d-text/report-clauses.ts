import type { Clause } from './d-program.ts';

/** The probe of the reports. */
export const UP_STATUS = 'crucible_upstairs*:::up-status';

/**
 * Options of scripts of reports. A report has some 1000 bytes, and 2 KiB have been too few. Each `%s` of a printf takes
 * strsize of the buffer, whether or not it is printed, and what a clause joins is gone at its end only: a record of
 * three texts, and six values joined in a clause, leave room for 16 reports at once on one CPU.
 */
export const REPORT_OPTIONS = ['strsize=4k', 'bufsize=256k'] as const;

/** Values that are read and joined in one clause at most. */
export const VALUES_PER_CLAUSE = 6;

/** What the header of a script of reports says of its time. */
export const THINNED =
  'It ends by itself after SECONDS (30). With an INTERVAL above 1, a session has one row in so many seconds.';

/** Chooses the reports of the process that was asked for. */
export function choosingClause(pid: string, isNeeded: boolean): Clause {
  const only = isNeeded ? `pid == ${pid}` : `${pid} == 0 || pid == ${pid}`;
  return { probes: [UP_STATUS], body: [`this->shown = ${only};`] };
}

/** Reads the report and whose it is, and whether the session is to have a row again. */
export const READING_CLAUSE: Clause = {
  comment:
    'A session without an id cannot be told from another one of its process: each of its reports is shown.',
  probes: [UP_STATUS],
  predicate: 'this->shown',
  body: [
    '/* A fault ends a clause, not the firing: nothing of another report may be left to show. */',
    'this->shown = 0;',
    'this->report = copyinstr(arg1);',
    'this->error = json(this->report, "err");',
    'this->value = json(this->report, "ok.session_id");',
    'this->session = this->value != NULL ? this->value : "-";',
    'this->shown = interval == 1 || this->session == "-" || elapsed >= due[pid, this->session];',
  ],
};

/** Statements that leave nothing to show unless all of them succeed: a fault ends a clause, not the firing. */
export function whole(body: readonly string[]): readonly string[] {
  return ['this->shown = 0;', ...body, 'this->shown = 1;'];
}

/** Statements that print a text, without any `%s`: it takes no room in the buffer. */
export function printedText(text: string): readonly string[] {
  const pieces = text.match(/.{1,84}(?: (?=\S)|$)/g) ?? [text];
  return pieces.map((piece) => `printf("${piece}");`);
}

/** Statements that print a line. */
export function printedLine(text: string): readonly string[] {
  return [...printedText(text), String.raw`printf("\n");`];
}

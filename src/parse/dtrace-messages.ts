import { FleetError } from '../model/error.ts';
import type { Issue } from '../model/issue.ts';
import type { RunResult } from '../model/transport.ts';
import { createIssueLog, eachLine } from './lines.ts';
import { quoteMessage } from './quote-line.ts';

/** Messages after which nothing is missing: dtrace adjusted itself, or says what it does. */
const HARMLESS = [
  /^dtrace: (script|description) .* matched \d+ probes?$/,
  /^dtrace: (buffer size|aggregation size|dynamic variable size|speculative buffer size) lowered to /,
  /^dtrace: (status|cleaning|aggregation|switch) rate (reduced|increased) to /,
  /^dtrace: allowing destructive actions$/,
];

const LOST = [
  /^dtrace: \d+ (aggregation |dynamic variable |speculative |data )?drops?\b/,
  /^dtrace: \d+ failed speculations?\b/,
  /^dtrace: \d+ .*string table overflows?$/,
];

const FAULTS = [/^dtrace: error on enabled probe\b/, /^dtrace: processing aborted: /];

/** Said while a script runs and prints, so that it may stand among what the script prints, and within its lines. */
const WHILE_RUNNING = [...HARMLESS, ...LOST, ...FAULTS];

/**
 * Such messages from their beginning to their end. Only these are taken out of the middle of a line, whose halves are one
 * again then: of another it could not be told where it ends.
 */
const WHOLE = [
  /^dtrace: \d+ (?:aggregation |dynamic variable |speculative |data )?drops?(?: on CPU \d+)?(?: with non-empty (?:rinsing|dirty) list)?$/,
  /^dtrace: \d+ failed speculations? \([a-z() ]+\)$/,
  /^dtrace: \d+ [a-z ]*string table overflows?$/,
  /^dtrace: error on enabled probe .* in (?:action #\d+|predicate)(?: at DIF offset \d+)?$/,
  /^dtrace: processing aborted: Abort due to systemic unresponsiveness$/,
  /^dtrace: [a-z ]+ size lowered to \d+[kmgt]?$/,
  /^dtrace: [a-z]+ rate (?:reduced|increased) to \d+(?:\.\d+)? ?[a-z]*$/,
];

/**
 * What the standard error of a probe's script says about its answer. Drops and faults mean that rows are
 * missing; a line that is not known to be harmless is an issue too, since it may mean the same.
 * The texts are those of illumos's dtrace (usr/src/lib/libdtrace/common/dt_handle.c, cmd/dtrace/dtrace.c).
 */
export function readMessages(stderr: string): readonly Issue[] {
  const log = createIssueLog();
  for (const { line } of eachLine(stderr)) {
    const text = line.trim();
    if (text === '' || HARMLESS.some((pattern) => pattern.test(text))) continue;
    const message = quoteMessage(text);
    if (LOST.some((pattern) => pattern.test(text))) log.add('drops', message);
    else if (FAULTS.some((pattern) => pattern.test(text))) log.add('fault', message);
    else log.add('warning', message);
  }
  return log.all();
}

/** What a text holds without the messages of dtrace, and those, in its order. */
export interface WithoutMessages {
  readonly rest: string;
  readonly messages: readonly string[];
}

const BEGINNING = 'dtrace: ';

/** No message that dtrace writes while it prints is longer. */
const LONGEST_MESSAGE = 4096;

/**
 * Takes the messages of dtrace out of a text in which both its streams are, wherever they stand: what is left is what
 * the script printed, to the byte. Standard error is written at once and standard output by the buffer, so that a
 * message also stands in the middle of a line, whose other half follows it.
 */
export function takeOutMessages(text: string): WithoutMessages {
  const kept: string[] = [];
  const messages: string[] = [];
  let from = 0;
  let end = -1;
  for (let at = text.indexOf(BEGINNING); at >= 0; at = text.indexOf(BEGINNING, at)) {
    if (end < at) end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const message = text.slice(at, Math.min(end, at + LONGEST_MESSAGE)).trimEnd();
    const isWithinLine = at > from && text.charAt(at - 1) !== '\n';
    if (!(isWithinLine ? WHOLE : WHILE_RUNNING).some((pattern) => pattern.test(message))) {
      at += BEGINNING.length;
      continue;
    }
    kept.push(text.slice(from, at));
    messages.push(message);
    from = end + 1;
    at = from;
  }
  return messages.length === 0
    ? { rest: text, messages }
    : { rest: kept.join('') + text.slice(from), messages };
}

/** Why a script that ended with a failing status has no answer, and what to do about it. */
export function readFailure(script: string, result: RunResult): FleetError {
  const partial = { stdout: result.stdout, stderr: result.stderr };
  const said = quoteMessage(lastMessage(result.stderr));
  const because = said === '' ? 'it said nothing on standard error' : said;
  if (/requires additional privileges|Permission denied.*dtrace/.test(result.stderr)) {
    return new FleetError(
      'dtrace_privileges',
      `dtrace may not be used by this login; log in as root or give it a profile with dtrace's privileges: ${because}`,
      { partial },
    );
  }
  if (/DTrace device not available/.test(result.stderr)) {
    return new FleetError(
      'no_dtrace',
      `there is no dtrace device; is this login in the sled's global zone? ${because}`,
      { partial },
    );
  }
  if (result.exitStatus === 127 || /dtrace: (command )?not found/.test(result.stderr)) {
    return new FleetError(
      'no_dtrace',
      `a command is missing on the sled; is this an illumos sled? ${because}`,
      {
        partial,
      },
    );
  }
  if (result.signalName !== null) {
    return new FleetError('exit_status', `${script} was ended by signal ${result.signalName}: ${because}`, {
      partial,
    });
  }
  if (/^dtrace: /m.test(result.stderr)) {
    return new FleetError('dtrace', `dtrace failed with status ${result.exitStatus}: ${because}`, {
      partial,
    });
  }
  return new FleetError('exit_status', `${script} ended with status ${result.exitStatus}: ${because}`, {
    partial,
  });
}

/** dtrace's own complaint where there is one, else the last line that says something. */
function lastMessage(stderr: string): string {
  const lines = stderr
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !HARMLESS.some((pattern) => pattern.test(line)));
  return lines.findLast((line) => line.startsWith('dtrace: ')) ?? lines.at(-1) ?? '';
}

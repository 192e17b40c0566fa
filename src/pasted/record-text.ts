import type { Issue } from '../model/issue.ts';
import { readMessages, takeOutMessages } from '../parse/dtrace-messages.ts';
import { isFiringHeader, readFiringPrefix } from '../parse/firing-prefix.ts';
import { eachLine } from '../parse/lines.ts';

/** What a script printed, without what dtrace said and printed itself. */
export interface RecordText {
  readonly text: string;
  /** The drops and faults that dtrace said in between. */
  readonly issues: readonly Issue[];
}

/**
 * A text without the messages of dtrace, which stand wherever standard error came in between, and without the CPU and the
 * probe that it prints before each record of a script that is not quiet.
 */
export function recordText(text: string): RecordText {
  const { rest, messages } = takeOutMessages(text);
  const lines: string[] = [];
  for (const { line, isOpen } of eachLine(rest)) {
    const record = isFiringHeader(line) ? '' : (readFiringPrefix(line)?.rest ?? line);
    lines.push(record + (isOpen ? '' : '\n'));
  }
  return { text: lines.join(''), issues: readMessages(messages.join('\n')) };
}

import { isFiringHeader, readFiringPrefix } from '../parse/firing-prefix.ts';
import { eachLine } from '../parse/lines.ts';

/** A text without the CPU and the probe that dtrace prints before each record of a script that is not quiet. */
export function unfiredText(text: string): string {
  const lines: string[] = [];
  for (const { line, isOpen } of eachLine(text)) {
    const rest = isFiringHeader(line) ? '' : (readFiringPrefix(line)?.rest ?? line);
    lines.push(rest + (isOpen ? '' : '\n'));
  }
  return lines.join('');
}

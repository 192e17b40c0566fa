import { Transform } from 'node:stream';
import type { FaultName } from './fault.ts';

/** What the sled runs in place of a command. */
export const COMMAND_FAULTS: Partial<Readonly<Record<FaultName, (command: string) => string>>> = {
  nologin: () => "echo 'This account is currently not available.'; exit 1",
  'mute-shell': () => 'exit 0',
  'force-command': () => "echo 'this login is for backups alone'",
  'noise-before': (command) => `echo 'Oxide Helios: be careful out there'; ${command}`,
  'noise-after': (command) => `(${command}); status=$?; echo 'logout'; exit $status`,
};

/** What becomes of a command's output on its way. */
export const OUTPUT_FAULTS: Partial<Readonly<Record<FaultName, () => Transform>>> = {
  'lose-end': () => changingFirstLine((line) => ({ line, isEnd: true })),
  'lose-half-line': () =>
    changingFirstLine((line) => ({ line: line.slice(0, Math.ceil(line.length / 2)), isEnd: true })),
  'lose-line': () => changingFirstLine(() => ({ line: '', isEnd: false })),
};

/** A line that cruc-fleet's guard prints around what a command does. */
const MARK = /^cruc-fleet \S+ /;

/** Passes everything on but the first line that the command itself printed, and nothing behind it where that is the end. */
function changingFirstLine(
  change: (line: string) => { readonly line: string; readonly isEnd: boolean },
): Transform {
  let pending = '';
  let state: 'before' | 'answer' | 'after' | 'end' = 'before';
  const pass = (line: string): string => {
    if (state === 'end') return '';
    if (MARK.test(line) && state === 'before') state = 'answer';
    if (state !== 'answer' || line === '\n' || MARK.test(line)) return line;
    const changed = change(line);
    state = changed.isEnd ? 'end' : 'after';
    return changed.line;
  };
  return new Transform({
    transform(data: Buffer, _encoding, done) {
      const lines = (pending + data.toString('latin1')).split(/(?<=\n)/);
      pending = lines.at(-1)?.endsWith('\n') === false ? (lines.pop() ?? '') : '';
      done(null, Buffer.from(lines.map(pass).join(''), 'latin1'));
    },
    flush(done) {
      done(null, Buffer.from(pass(pending), 'latin1'));
    },
  });
}

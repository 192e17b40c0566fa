import type { Guard } from '../../src/fleet/guard.ts';
import type { RunResult } from '../../src/model/transport.ts';
import { readFileSync } from 'node:fs';

const SCRIPT = readFileSync(new URL('../../scripts/guard.sh', import.meta.url), 'utf8');

/** The guard of a test's run. */
export function makeGuard(change: Partial<Guard> = {}): Guard {
  return { script: SCRIPT, word: 'w0rd', owner: 'a test', force: false, ...change };
}

/** The sh text that a guarded command line carries; another command line as it is. */
export function guardedText(command: string): string {
  const start = command.indexOf("cruc-fleet '");
  if (!command.startsWith('exec sh -c ') || start < 0) return command;
  const words = command.slice(start + "cruc-fleet '".length, -1).replaceAll("' '", '');
  const bytes = words.replaceAll(/\\0(\d{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** What a sled gives for a guarded command that came to `ended`. */
export function marked(command: string, ended: RunResult): RunResult {
  const word = /^word='?([^'\n]*)/.exec(guardedText(command))?.[1];
  if (word === undefined) return ended;
  const mark = (text: string) => `\ncruc-fleet ${word} ${text}\n`;
  return {
    ...ended,
    stdout: `${mark('begin')}${ended.stdout}${mark(`end ${ended.exitStatus}`)}`,
    stderr: `${mark('begin')}${ended.stderr}`,
    exitStatus: 0,
  };
}

import { complained, getopt, printed } from './command-output.ts';
import type { CommandOutput } from './command-output.ts';
import type { CrucibleProcess } from './crucible.ts';
import { shortArgs } from './ps.ts';

/** Characters of a file name that the kernel keeps for pgrep. */
const NAME_CHARACTERS = 15;

/** `pgrep [-flvx] [-d delim] [-n|-o] [-P ppids] [-z zones] [pattern…]`: 0 found, 1 none, 2 usage. */
export function pgrep(argv: readonly string[], processes: readonly CrucibleProcess[]): CommandOutput {
  const parsed = getopt(argv, 'flnovxd:P:z:u:U:');
  const usage = 'Usage: pgrep [-flvx] [-d delim] [-n|-o] [-P ppidlist] [-u euidlist] [-z zidlist] [pattern]';
  if ('bad' in parsed) return complained(`pgrep: illegal option -- ${parsed.bad}\n${usage}`, 2);
  const has = (letter: string): boolean => parsed.options.some(([name]) => name === letter);
  const listed = (letter: string): string[] =>
    parsed.options.filter(([name]) => name === letter).flatMap(([, value]) => value.split(/[\s,]+/));
  const patterns: RegExp[] = [];
  for (const operand of parsed.operands) {
    try {
      patterns.push(new RegExp(has('x') ? `^(?:${operand})$` : operand));
    } catch {
      return complained(`pgrep: invalid expression -- ${operand}`, 2);
    }
  }
  const [zones, parents] = [listed('z'), listed('P')];
  if (patterns.length === 0 && zones.length === 0 && parents.length === 0) {
    return complained(`pgrep: No matching criteria specified\n${usage}`, 2);
  }
  const name = (process: CrucibleProcess): string =>
    has('f') ? shortArgs(process) : process.command.slice(0, NAME_CHARACTERS);
  let found = processes
    .filter((process) => {
      const matches =
        (zones.length === 0 || zones.includes(process.zone)) &&
        (parents.length === 0 || parents.includes(String(process.parentPid))) &&
        (patterns.length === 0 || patterns.some((pattern) => pattern.test(name(process))));
      return matches !== has('v');
    })
    .toSorted((a, b) => a.pid - b.pid);
  if (has('n')) found = found.slice(-1);
  else if (has('o')) found = found.slice(0, 1);
  if (found.length === 0) return printed([], 1);
  if (has('l')) return printed(found.map((p) => `${String(p.pid).padStart(5)} ${name(p)}`));
  const delimiter = parsed.options.find(([letter]) => letter === 'd')?.[1] ?? '\n';
  return printed([found.map((p) => String(p.pid)).join(delimiter)]);
}

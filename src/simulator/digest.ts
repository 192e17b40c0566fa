import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { complained, getopt } from './command-output.ts';
import type { CommandOutput } from './command-output.ts';

const ALGORITHMS: Readonly<Record<string, string>> = {
  sha1: 'sha1',
  md5: 'md5',
  sha224: 'sha224',
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
};

/** `digest [-v] -a algorithm [file…]` of illumos: the bare hex of one file, `(name) = hex` for several. */
export function digest(argv: readonly string[], cwd: string, stdinFile: string): CommandOutput {
  const parsed = getopt(argv, 'lva:');
  if ('bad' in parsed) return complained('usage: digest -l | [-v] -a algorithm [file...]', 2);
  const options = new Map(parsed.options);
  const name = options.get('a') ?? '';
  const algorithm = ALGORITHMS[name];
  if (algorithm === undefined) return complained(`digest: unknown algorithm -- ${name}`, 2);
  const verbose = options.has('v');
  const hash = (path: string): string => createHash(algorithm).update(readFileSync(path)).digest('hex');
  if (parsed.operands.length === 0) {
    return { stdout: `${verbose ? `${name} = ` : ''}${hash(stdinFile)}\n`, stderr: '', status: 0 };
  }
  let [stdout, stderr] = ['', ''];
  for (const file of parsed.operands) {
    try {
      const hex = hash(resolve(cwd, file));
      const label = verbose ? `${name} (${file}) = ` : parsed.operands.length > 1 ? `(${file}) = ` : '';
      stdout += `${label}${hex}\n`;
    } catch {
      stderr += `digest: cannot open ${file}: No such file or directory\n`;
    }
  }
  return { stdout, stderr, status: stderr === '' ? 0 : 1 };
}

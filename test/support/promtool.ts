import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { required } from './required.ts';

let isThere: boolean | null = null;

export function hasPromtool(): boolean {
  return (isThere ??= spawnSync('promtool', ['--version']).error === undefined);
}

export function requirePromtool(): string | null {
  return required(hasPromtool(), 'promtool (of the prometheus package) is not installed');
}

/** What `promtool check metrics` says of a text: status 0 and nothing where the text is good. */
export function checkMetrics(text: string): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

/** What `promtool check rules` says of a file of alerting rules. */
export function checkRules(text: string): { readonly status: number | null; readonly output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-rules-'));
  const file = join(folder, 'rules.yaml');
  writeFileSync(file, text);
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return { status, output: stdout + stderr };
}

/** What `promtool test rules` says of a file of tests, by its path from the folder of package.json. */
export function testRules(path: string): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', path], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { octalWords, withoutComments } from '../../src/fleet/octal-words.ts';
import { endOfMarked, splitMarked } from '../../src/parse/text-marks.ts';
import { pairsOf, placesOf } from '../support/programs.ts';

const SCRIPT = readFileSync(new URL('../../scripts/one-text.sh', import.meta.url), 'utf8');
const WORD = '0123456789ab';

/** Every awk of this machine as `nawk` on a path of its own. */
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-one-text-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const SHELLS = [...placesOf(['dash', 'bash', 'ksh93']).values()];
const AWKS = [...placesOf(['mawk', 'gawk', 'original-awk']).values()];

function answerOf(payload: string, shell: string, awk: string) {
  const bin = mkdtempSync(join(folder, 'bin-'));
  symlinkSync(awk, join(bin, 'nawk'));
  const text = [`word=${WORD}`, `about='probe=x'`, 'payload() {', payload, '}', withoutComments(SCRIPT)];
  const words = octalWords(text.join('\n')).map((word) => `"${word}"`);
  const line = `${shell} -c eval\\ \\"\\$\\(printf\\ %b\\ \\"\\$@\\"\\)\\" cruc-fleet ${words.join(' ')}`;
  const ended = spawnSync('/bin/sh', ['-c', line], {
    encoding: 'utf8',
    // A bash whose input is a socket takes itself for a remote one, and reads .bashrc.
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: `${bin}:/usr/bin:/bin` },
    timeout: 120_000,
  });
  expect([ended.status, ended.stderr]).toEqual([0, '']);
  const [part, ...others] = splitMarked(ended.stdout.split('\n').slice(0, -1));
  expect(others).toEqual([]);
  if (part?.kind !== 'answer') throw new Error(`no answer in ${ended.stdout}`);
  return endOfMarked(part.answer);
}

describe.each(pairsOf(SHELLS, AWKS).map(([shell, awk]) => ({ shell, awk })))('$shell with $awk', (each) => {
  it('brings both outputs and the real status through marks that nothing imitates', () => {
    const payload = [
      `printf '%s\\n' ' 7  BRM42220014        ok: a' '' '|b' '!c' 'cruc-fleet ${WORD.replace('0', '1')} end 0 0 0'`,
      `echo said >&2; printf '%s\\n' "it's" >&2`,
      'exit 255',
    ].join('\n');
    const { result, cut } = answerOf(payload, each.shell, each.awk);
    expect(cut).toBeNull();
    expect(result).toEqual({
      stdout: ` 7  BRM42220014        ok: a\n\n|b\n!c\ncruc-fleet ${WORD.replace('0', '1')} end 0 0 0\n`,
      stderr: "said\nit's\n",
      exitStatus: 255,
      signalName: null,
    });
  });

  it('brings nothing at all, and a last line without an end', () => {
    expect(answerOf(':', each.shell, each.awk)).toMatchObject({
      result: { stdout: '', stderr: '' },
      cut: null,
    });
    const open = answerOf(`printf 'a\\nb'`, each.shell, each.awk);
    expect(open).toMatchObject({ result: { stdout: 'a\nb', exitStatus: 0 }, cut: null });
  });

  it('brings many lines of both without mixing them', () => {
    const payload =
      'i=0; while [ $i -lt 3000 ]; do echo "line $i of one"; echo "line $i of two" >&2; i=$((i+1)); done';
    const { result, cut } = answerOf(payload, each.shell, each.awk);
    expect(cut).toBeNull();
    expect(result.stdout.split('\n').every((line) => /^(line \d+ of one)?$/.test(line))).toBe(true);
    expect(result.stderr.split('\n')).toHaveLength(3001);
  });
});

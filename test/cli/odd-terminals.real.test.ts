import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { placesOf } from '../support/programs.ts';
import { isLong } from '../support/sized.ts';
import { PATIENCE } from '../support/patience.ts';
import { warmSledsOf } from '../support/warm-sled.ts';

/** The built program on terminals of script(1), which can be as odd as one likes. */
const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));
const hasScript = placesOf(['script']).has('script');

let folder: string;
let sim: ReturnType<typeof spawn>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-odd-'));
  const words = '--sleds 2 --propolis 2 --pantries 0 --degraded 1 --down 3/1=silent'.split(' ');
  sim = spawn(process.execPath, [BIN, 'sim', ...words, '--inventory-out', join(folder, 'sim.yaml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  sim.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await vi.waitFor(() => expect(said).toContain('simulated sleds run'), PATIENCE);
  await warmSledsOf(join(folder, 'sim.yaml'));
});

afterAll(async () => {
  sim.kill('SIGTERM');
  await once(sim, 'close');
  rmSync(folder, { recursive: true, force: true });
});

interface Shown {
  readonly status: number | null;
  /** All bytes that came to the terminal, progress included. */
  readonly bytes: string;
}

/** Starts ds-state on a terminal after `before` has been done to it; the environment is that and no more. */
function startOn(before: string, env: Readonly<Record<string, string>>, more: string) {
  const line = `${before}; '${process.execPath}' '${BIN}' ds-state -i '${folder}/sim.yaml' -w 1s ${more}`;
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], SHELL: '/bin/sh', HOME: folder, XDG_STATE_HOME: folder, ...env },
  });
  let bytes = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (bytes += text));
  const ended = once(child, 'close').then(([status]): Shown => ({
    status: status as number | null,
    bytes: bytes.replaceAll('\r', ''),
  }));
  return { ended, bytes: () => bytes, interrupt: () => child.stdin.write('\u0003') };
}

const GOOD = { TERM: 'xterm', LANG: 'C.UTF-8' };
const SIZE = 'stty cols 80 rows 24';

/** What moves the cursor or erases, as opposed to color. */
const MOVES = new RegExp(String.raw`\u{1b}\[[0-9;?]*[A-HJKSTfhlsu]`, 'u');
const COLORS = new RegExp(String.raw`\u{1b}\[[0-9;]*m`, 'u');
const SEQUENCES = new RegExp(String.raw`\u{1b}\[[0-9;?]*[A-Za-z]`, 'gu');

describe.skipIf(!hasScript)('on a terminal', () => {
  const TERMINALS = [
    ['that says 0 columns', 'stty cols 0 rows 0', GOOD, ''],
    ['of 1 column', 'stty cols 1 rows 1', GOOD, ''],
    ['of 10,000 columns', 'stty cols 10000 rows 100', GOOD, ''],
    ['that is dumb', SIZE, { ...GOOD, TERM: 'dumb' }, ''],
    ['without TERM', SIZE, { LANG: 'C.UTF-8' }, ''],
    ['of a C locale', SIZE, { ...GOOD, LC_ALL: 'C' }, ''],
    ['of a POSIX locale, with NO_COLOR', SIZE, { TERM: 'xterm', LANG: 'POSIX', NO_COLOR: '1' }, ''],
    ['whose standard error is closed', SIZE, GOOD, '2>&-'],
    ['that shrinks to nothing while progress is drawn', `(sleep 1; stty cols 0 rows 0) & ${SIZE}`, GOOD, ''],
  ] as const;
  /** Another one of the sample shows much the same: one that shrinks says 0 columns in the end. */
  const inLong = ['that says 0 columns', 'of 10,000 columns', 'without TERM', 'of a C locale'];

  it.concurrent.each(TERMINALS.filter(([name]) => isLong || !inLong.includes(name)))(
    '%s it answers, draws only what that can show, and ends with 3',
    async (name, before, env, more) => {
      const { status, bytes } = await startOn(before, env, `--connect-timeout 3s ${more}`).ended;
      const answer = bytes.replaceAll(SEQUENCES, '');
      expect(status, bytes).toBe(3);
      // Whatever the terminal cuts: who it is about, and who did not answer.
      expect(answer).toMatch(/3\/0|3 +BRM42220000 +0/);
      expect(answer.replaceAll(/\s+/g, ' ')).toContain('no answer from 3/BRM42220001');
      expect(answer).not.toMatch(/\bat .*\.js:\d|undefined|NaN/);
      if (!name.includes('1 column')) expect(answer).toMatch(/ZONE +PID/);
      if (/dumb|without TERM/.test(name)) expect(bytes).not.toContain('\u001b');
      else if (more === '' && !name.includes('1 column')) expect(bytes).toMatch(MOVES);
      if (/locale/.test(name)) expect(answer).not.toMatch(/[^\n -~]/);
      if (/NO_COLOR/.test(name)) expect(bytes).not.toMatch(COLORS);
    },
  );

  it.concurrent.each(isLong ? ['xterm', 'dumb'] : ['dumb'])(
    'that is %s it names the sled that holds the answer back, until Ctrl-C',
    async (TERM) => {
      const running = startOn(SIZE, { ...GOOD, TERM }, '--connect-timeout 10m');
      await vi.waitFor(
        () => expect(running.bytes()).toMatch(/1 of 2 answered, up to \S+ more for 3\/1/),
        PATIENCE,
      );
      running.interrupt();
      expect((await running.ended).status).toBe(130);
    },
  );
});

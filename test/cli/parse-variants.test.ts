import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../support/run-program.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-variants-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ONE = ['--sled', 'BRM42220099'];
const TEXTS: readonly (readonly [readonly string[], string])[] = [
  [['ds-state'], 'pilot-host-exec/ds-state.txt'],
  [['lr-state'], 'pilot-host-exec/lr-state.txt'],
  [['ds-state', ...ONE], 'ds-state/codes-and-ids.txt'],
  [['upstairs_info', ...ONE], 'upstairs_info/one-sled.txt'],
  [['perf-vol', ...ONE], 'cases/a12-crucible1902-perf-vol-2026/in.txt'],
  [['perf-downstairs', ...ONE], 'cases/a13-crucible343-perf-downstairs-2022/in.txt'],
];

type Change = (text: string) => string;
const eachLine =
  (change: (line: string, n: number) => string): Change =>
  (text) =>
    text.split('\n').map(change).join('\n');
const before = (prefix: string): Change => eachLine((line) => (line === '' ? line : prefix + line));
const frame = 'Script started on 2026-08-04 12:00:01+00:00 [TERM="xterm" TTY="/dev/pts/1" COLUMNS="80"]\n';

/** What people and their tools put around and between the lines, which takes nothing away. */
const AROUND: Readonly<Record<string, Change>> = {
  'line ends of Windows': (text) => text.replaceAll('\n', '\r\n'),
  'a byte order mark': (text) => `\uFEFF${text}`,
  'a prompt before and behind': (text) => `root@sled:~# sh /tmp/x.sh\n${text}root@sled:~# `,
  'the frame of script(1)': (text) =>
    `${frame}${text.replaceAll('\n', '\r\n')}\r\nScript done on 2026-08-04 12:00:09+00:00\n`,
  'times of ts': before('Aug 04 12:00:01 '),
  'times in brackets': before('[12:00:01] '),
  'times with dates': before('2026-08-04T12:00:01.123Z '),
  'no-break spaces': (text) => text.replaceAll(' ', '\u00A0'),
  'marks of quoted mail': eachLine((line) => `> ${line}`),
  'a prompt of more(1)': eachLine((line, n) => (n === 1 ? `--More--(40%)${line}` : line)),
};

/** What hides something or takes it away: each has to say so. */
const DAMAGE: Readonly<Record<string, Change>> = {
  'drops between the lines': eachLine((line, n) =>
    n % 4 === 1 ? `dtrace: 3 drops on CPU 17\n${line}` : line,
  ),
  'a cut in the middle': (text) => text.slice(0, Math.floor(text.length * 0.6)),
  'a cut at the beginning': (text) => text.slice(Math.floor(text.length * 0.35)),
  'a terminal of 80 columns': eachLine((line) => line.replaceAll(/(.{80})(?=.)/g, '$1\n')),
  'names of files by grep': before('out.txt:'),
  'numbers of lines': eachLine((line, n) => `${String(n + 1).padStart(6)}\t${line}`),
};

interface Read {
  readonly status: number;
  readonly said: readonly string[];
}

async function read(argv: readonly string[], text: string): Promise<Read> {
  const file = join(folder, 'BRM42220099.txt');
  writeFileSync(file, text);
  const { status, stdout, stderr } = await run(['parse', ...argv, file, '-o', 'json']);
  expect([0, 3], stderr).toContain(status);
  const { rows, distributions } = JSON.parse(stdout);
  return { status, said: [...rows, ...(distributions?.groups ?? [])].map((each) => JSON.stringify(each)) };
}

describe.each(TEXTS)('parse %j of %s', (argv, file) => {
  const text = readFileSync(join(FIXTURES, file), 'utf8');

  it('reads the same whatever is put around its lines', async () => {
    const whole = await read(argv, text);
    expect(whole.said.length).toBeGreaterThan(0);
    for (const [what, change] of Object.entries(AROUND)) {
      expect(await read(argv, change(text)), what).toEqual(whole);
    }
  });

  it('says so where something is hidden or missing', async () => {
    const whole = await read(argv, text);
    for (const [what, change] of Object.entries(DAMAGE)) {
      const damaged = await read(argv, change(text));
      const isSame = JSON.stringify(damaged.said) === JSON.stringify(whole.said);
      if (!isSame) expect(damaged.status, what).toBe(3);
      // No name is made of what stood around it.
      expect(damaged.said.join('\n'), what).not.toMatch(/"zone":"(?:[^a-z"]|out\.txt)/);
    }
  });
});

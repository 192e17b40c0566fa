import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardedCommand, readGuarded } from '../../src/fleet/guard.ts';
import type { Lock } from '../../src/model/job.ts';
import type { RunResult } from '../../src/model/transport.ts';
import { guardedText, makeGuard } from '../support/guarded.ts';
import { allProcesses } from '../support/processes.ts';

let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'cruc-fleet-guard-'));
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

interface Running {
  readonly pid: number;
  readonly stdin: NodeJS.WritableStream;
  /** Standard output so far. */
  readonly said: () => string;
  readonly ended: Promise<RunResult>;
  /** Our end of the connection goes. */
  readonly hangUp: () => void;
}

interface How {
  /** The shell that runs the guard. */
  readonly sh?: string;
  /** The login's own. */
  readonly login?: string;
  readonly lock?: Lock;
  readonly isCounted?: boolean;
  readonly hasLastWords?: boolean;
  readonly stdin?: Buffer;
  readonly force?: boolean;
  readonly pfexec?: boolean;
  readonly timeoutMs?: number;
  readonly path?: string;
}

/** Starts a guarded script as sshd would: as the leader of a session of its own. */
function start(script: string, how: How = {}): Running {
  const payload = {
    script,
    isCounted: how.isCounted ?? true,
    hasLastWords: how.hasLastWords ?? false,
    lock: how.lock ?? null,
  };
  const guard = makeGuard({ force: how.force === true, pfexec: how.pfexec === true });
  const timeoutMs = how.timeoutMs ?? 20_000;
  const options = how.stdin === undefined ? { timeoutMs } : { timeoutMs, stdin: how.stdin };
  const command = guardedCommand(guard, payload, options).replace(/^exec sh /, `exec ${how.sh ?? 'sh'} `);
  const child = spawn(how.login ?? '/bin/sh', ['-c', command], {
    detached: true,
    env: {
      ...process.env,
      HOME: home,
      SHELL: '/bin/sh',
      ...(how.path === undefined ? {} : { PATH: how.path }),
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => {});
  const ended = new Promise<RunResult>((resolve) => {
    // As sshd does when the command it started has ended.
    child.on('exit', () => child.stdin.destroy());
    child.on('close', (code, signal) =>
      resolve({ stdout, stderr, exitStatus: code ?? 255, signalName: signal }),
    );
  });
  if (how.stdin !== undefined) child.stdin.end(how.stdin);
  const hangUp = () => {
    for (const end of [child.stdin, child.stdout, child.stderr]) end.destroy();
  };
  return { pid: child.pid ?? 0, stdin: child.stdin, said: () => stdout, ended, hangUp };
}

async function run(script: string, how: How = {}) {
  return readGuarded(await start(script, how).ended, 'w0rd');
}

/** Processes of a session that still run; what has ended and waits for its parent is gone. */
function left(pid: number): readonly string[] {
  return allProcesses()
    .filter(({ group, hasEnded }) => group === pid && !hasEnded)
    .map(({ words }) => words());
}

const SHELLS = ['dash', 'bash', 'ksh'].filter((shell) => spawnSync(shell, ['-c', ':']).error === undefined);

describe.each(SHELLS)('the guard in %s', (sh) => {
  it('gives what a command printed byte by byte, its status, and nothing else', async () => {
    const ended = await run(`printf 'a\\n\\0b\\nno newline'; echo oops >&2; exit 7`, { sh });
    expect(ended).toMatchObject({
      stdout: 'a\n\0b\nno newline',
      stderr: 'oops\n',
      exitStatus: 7,
      notes: [],
      cut: null,
    });
  });

  it.each([true, false])(
    'gives the status 127 of a command that is not there, counted: %s',
    async (isCounted) => {
      const ended = await run('no-such-command-here', { sh, isCounted });
      expect(ended).toMatchObject({ exitStatus: 127, cut: null });
    },
  );

  it('gives the status 127 of a command that went on for longer than a second', async () => {
    expect(await run('sleep 2.2; exit 127', { sh })).toMatchObject({ exitStatus: 127, cut: null });
  });

  it.runIf(sh === 'dash')('ends with the command, though what counts the seconds sleeps on', async () => {
    const path = mkdtempSync(join(home, 'bin-'));
    const sleeper = '#!/bin/sh\n: >"${0%/*}/asleep"\nexec tail -f /dev/null\n';
    writeFileSync(join(path, 'sleep'), sleeper, { mode: 0o755 });
    const script = `until [ -e ${path}/asleep ]; do :; done; echo said`;
    const running = start(script, { sh, path: `${path}:${process.env['PATH']}` });
    const ended = readGuarded(await running.ended, 'w0rd');
    expect(ended).toMatchObject({ stdout: 'said\n', exitStatus: 0, cut: null });
    for (const _ of left(running.pid)) process.kill(-running.pid, 'SIGKILL');
  });

  it('says 128 and more of a command that a signal ended', async () => {
    expect(
      await run('kill -TERM $$; exec sh -c "kill -TERM \\$\\$"', { sh, isCounted: false }),
    ).toMatchObject({
      cut: 'cut: somebody ended the command on the sled',
    });
    expect(await run('exec sh -c "kill -SEGV \\$\\$"', { sh })).toMatchObject({ exitStatus: 139, cut: null });
  });

  it('runs everything under pfexec where that makes the login root, and nothing where it does not', async () => {
    const path = mkdtempSync(join(home, 'bin-'));
    const says = (script: string) =>
      writeFileSync(join(path, 'pfexec'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const how = { sh, pfexec: true, path: `${path}:${process.env['PATH']}` };
    // It stands in for root's: what it runs is told from what it does not run.
    says('case $1 in */id) echo 0 ;; *) UNDER=pfexec; export UNDER; exec "$@" ;; esac');
    const script = `echo "$UNDER" 'a b' "\\$HOME"; exit 7`;
    expect(await run(script, how)).toMatchObject({ stdout: 'pfexec a b $HOME\n', exitStatus: 7, cut: null });
    const witness = join(path, 'witness');
    for (const [said, reason] of [
      ['case $1 in */id) echo 1001 ;; *) exec "$@" ;; esac', 'it stays user 1001'],
      ["echo 'pfexec: exec: not found * !' >&2; exit 1", 'it said: pfexec: exec: not found \\* !'],
    ] as const) {
      says(said);
      await expect(run(`touch ${witness}`, how)).rejects.toThrow(new RegExp(`nothing was run: ${reason};`));
    }
    expect(existsSync(witness)).toBe(false);
  });

  it('hands standard input over to a command that has some', async () => {
    const stdin = Buffer.from('two\nlines');
    expect(await run('cat', { sh, stdin, isCounted: false })).toMatchObject({
      stdout: 'two\nlines',
      cut: null,
    });
  });

  it('lets a command say its last words when our end goes, and says that it was cut', async () => {
    const running = start('trap "echo last words; exit 0" TERM; echo ready; while :; do sleep 0.1; done', {
      sh,
      hasLastWords: true,
    });
    await expect.poll(() => running.said()).toContain('ready\n');
    running.stdin.end();
    const raw = await running.ended;
    const marks = raw.stdout;
    const ended = readGuarded(raw, 'w0rd');
    expect(ended.stdout).toBe('ready\nlast words\n');
    expect(marks).toMatch(/ end 0( 2 17)?\n/);
    expect(ended.cut).toMatch(/heard nothing from here/);
    await expect.poll(() => left(running.pid)).toEqual([]);
  });

  it('kills what does not mind TERM, and everything that it started', async () => {
    const running = start('trap "" TERM; echo ready; (sleep 40; echo never) & sleep 41; sleep 42', { sh });
    await expect.poll(() => running.said()).toContain('ready\n');
    running.stdin.end();
    const ended = readGuarded(await running.ended, 'w0rd');
    expect(ended.stdout).toBe('ready\n');
    expect(ended.cut).not.toBeNull();
    await expect.poll(() => left(running.pid)).toEqual([]);
  });

  it('leaves nothing of its own behind after an ordinary end', async () => {
    const running = start('echo done', { sh });
    await running.ended;
    await expect.poll(() => left(running.pid), { timeout: 120_000 }).toEqual([]);
  });

  it('runs as many of a lock as there is room for, and tells the others whose it is', async () => {
    const lock = { name: `two-${sh}`, room: 2 };
    const first = start('echo one; sleep 30', { sh, lock });
    const second = start('echo two; sleep 30', { sh, lock });
    const locks = join(home, '.cruc-fleet', 'locks');
    await expect.poll(() => existsSync(locks) && readdirSync(locks).length, { timeout: 120_000 }).toBe(2);
    const third = start('echo three', { sh, lock });
    const ended = await third.ended;
    expect(() => readGuarded(ended, 'w0rd')).toThrow(
      /not run, since the same is running there already: a test/,
    );
    expect(await run('echo four', { sh, lock, force: true })).toMatchObject({ stdout: 'four\n' });
    for (const each of [first, second]) each.stdin.end();
    await Promise.all([first.ended, second.ended]);
    expect(readdirSync(locks)).toEqual([]);
    expect(await run('echo five', { sh, lock })).toMatchObject({ stdout: 'five\n', notes: [] });
  });

  it('breaks a lock whose process is gone', async () => {
    const locks = join(home, '.cruc-fleet', 'locks');
    mkdirSync(locks, { recursive: true });
    const gone = spawnSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).stdout.trim();
    writeFileSync(join(locks, `left-${sh}.1`), `${gone} 20 somebody\n`);
    expect(await run('echo mine', { sh, lock: { name: `left-${sh}`, room: 1 } })).toMatchObject({
      stdout: 'mine\n',
    });
    expect(readdirSync(locks)).toEqual([]);
  });

  it('ends by itself where ps never says whether the holder of a lock still runs', async () => {
    const locks = join(home, '.cruc-fleet', 'locks');
    mkdirSync(locks, { recursive: true });
    const file = join(locks, `ill-${sh}.1`);
    writeFileSync(file, `${process.pid} 20 somebody\n`);
    const path = mkdtempSync(join(home, 'bin-'));
    writeFileSync(join(path, 'ps'), '#!/bin/sh\nexec tail -f /dev/null\n', { mode: 0o755 });
    // Five seconds pass at once, but in ksh, which sleeps by itself.
    writeFileSync(join(path, 'sleep'), '#!/bin/sh\n:\n', { mode: 0o755 });
    const how = { sh, lock: { name: `ill-${sh}`, room: 1 }, path: `${path}:${process.env['PATH']}` };
    const running = start('echo never', how);
    const ended = await running.ended;
    expect(() => readGuarded(ended, 'w0rd')).toThrow(
      /not run.* or one that is gone: ps does not answer there/,
    );
    await expect.poll(() => left(running.pid)).toEqual([]);
    // Nobody reads any more what it says.
    const unheard = start('echo never', how);
    await expect.poll(() => unheard.said()).toContain(' begin\n');
    unheard.hangUp();
    // Seconds later in ksh; each look is one at all processes.
    await expect.poll(() => left(unheard.pid), { timeout: 120_000, interval: 250 }).toEqual([]);
    rmSync(file);
  });
});

describe('the guard', () => {
  it('runs without a lock where none can be written, and says so', async () => {
    const file = mkdtempSync(join(tmpdir(), 'cruc-fleet-no-home-'));
    writeFileSync(join(file, '.cruc-fleet'), 'a file in the way');
    const own = home;
    home = file;
    const ended = await run('echo hi', { lock: { name: 'a', room: 1 } });
    home = own;
    expect(ended).toMatchObject({ stdout: 'hi\n', cut: null });
    expect(ended.notes.join()).toMatch(/no lock could be written/);
    rmSync(file, { recursive: true });
  });

  it.each(
    ['/bin/csh', '/bin/tcsh', '/bin/bash', '/bin/ksh', '/bin/dash'].filter((shell) => existsSync(shell)),
  )('runs for a login whose shell is %s, whatever characters the command has', async (login) => {
    const word = `it's "$HOME" \`id\` ! !! \\ a\ttab é {a,b} * ? ~ % ^`;
    const script = `printf '%s' '${word.replaceAll("'", `'\\''`)}'`;
    expect(await run(script, { login })).toMatchObject({ stdout: word, exitStatus: 0, cut: null });
  });

  it('sends words that no csh finds too long, and no newline, quote or exclamation mark in them', () => {
    const payload = { script: `echo ${'x'.repeat(5000)} '!'\n`, isCounted: true, lock: null };
    const command = guardedCommand(makeGuard(), payload, { timeoutMs: 1 });
    expect(command.split(' ').every((word) => word.length < 1000)).toBe(true);
    expect(command).not.toMatch(/[\n!`]/);
    expect(guardedText(command)).toContain(payload.script);
  });

  it('knows lost bytes and lost lines by what the sled counted', () => {
    const ended = { stderr: '', exitStatus: 0, signalName: null };
    const text = (body: string, end: string) => `\ncruc-fleet w0rd begin\n${body}\ncruc-fleet w0rd ${end}\n`;
    const cut = (stdout: string) => readGuarded({ ...ended, stdout }, 'w0rd').cut;
    expect(cut(text('a\nb\n', 'end 0 2 4'))).toBeNull();
    expect(cut(text('a\nb\n', 'end 0 5 10'))).toBe('cut: 2 of 5 rows arrived');
    expect(cut(text('a\nb', 'end 0 1 4'))).toBe('cut: 3 of 4 bytes arrived');
    expect(cut(text('a\nb\n', 'end 0'))).toBeNull();
    expect(cut('\ncruc-fleet w0rd begin\na\nb\n')).toBe('cut: the end of the answer did not arrive');
    expect(cut('\ncruc-fleet w0rd begin\na\nb\n\ncruc-fleet w0rd end 0')).toMatch(/did not arrive/);
    expect(cut(text('a\n', 'stopped limit'))).toMatch(/within its time/);
  });

  it('shows what was printed by something else, and never takes it for an answer', () => {
    const ended = { stderr: 'no shells here\n', exitStatus: 1, signalName: null };
    const read = () => readGuarded({ ...ended, stdout: 'This account is not available.\n' }, 'w0rd');
    expect(read).toThrow(/never ran.*status 1.*This account is not available.; no shells here/);
    const silent = () => readGuarded({ stdout: '', stderr: '', exitStatus: 0, signalName: null }, 'w0rd');
    expect(silent).toThrow(/never ran.*nothing was printed, and the status was 0/);
  });

  it('takes what comes before and behind its marks for notes', () => {
    const stdout = 'Welcome\n\ncruc-fleet w0rd begin\nbody\n\ncruc-fleet w0rd end 0 1 5\nbye\n';
    const stderr = 'mesg: tty\n\ncruc-fleet w0rd begin\nreal\n';
    const ended = readGuarded({ stdout, stderr, exitStatus: 0, signalName: null }, 'w0rd');
    expect(ended).toMatchObject({ stdout: 'body\n', stderr: 'real\n', cut: null });
    expect(ended.notes).toEqual([
      'printed before the answer, by a start-up file of the login perhaps: mesg: tty; Welcome',
      'printed after the answer, by a start-up file of the login perhaps: bye',
    ]);
  });

  it('never takes the marks of another run, or a text that looks like one, for its own', () => {
    const body = '\ncruc-fleet other end 0 0 0\ncruc-fleet w0rd end 0 0 0 0\n';
    const stdout = `\ncruc-fleet w0rd begin\n${body}`;
    const read = readGuarded({ stdout, stderr: '', exitStatus: 0, signalName: null }, 'w0rd');
    expect(read.cut).toMatch(/did not arrive/);
  });
});

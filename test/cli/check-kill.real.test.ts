import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readLine } from '../../src/history/line-text.ts';
import { startMailServer, type MailServer } from '../support/mail-server.ts';
import { withRack } from '../support/rack.ts';
import { isLong, sized } from '../support/sized.ts';

/** The built program, killed at every step that it takes on disk, and at every step of the mail. */
const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));
const KILLER = fileURLToPath(new URL('support/kill-at-step.mjs', import.meta.url));

const rack = withRack({ sledsPerRack: 1, propolisPerSled: 1, seed: 5 }, async () => {
  const crucible = rack.crucible('3/0');
  crucible.setStates(crucible.sessions()[0]!, ['active', 'faulted', 'active']);
});

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

function checkOf(name: string, mailPort: number, history: string): readonly string[] {
  const home = join(rack.folder, name);
  mkdirSync(home, { recursive: true });
  const mail = ['--mail-to', 'ada@example.com', '--mail-from', 'c@example.com'];
  const memory = ['--state-file', join(home, 'check.json'), '--history', history];
  return ['check', '--window', '2s', '--cron', ...mail, '--smtp', `smtp://127.0.0.1:${mailPort}`, ...memory];
}

/** A check that nobody kills needs no process of its own, which costs as much as all else that it does. */
const checkHere = async (name: string, mailPort: number, history = 'off') =>
  (await rack.run(checkOf(name, mailPort, history))).status;

/** One check; `killAt` 0 lets it live. With a history, only what changes that counts. */
function startCheck(name: string, mailPort: number, killAt: number, history = 'off') {
  const argv = checkOf(name, mailPort, history);
  const killFolder = history === 'off' ? join(rack.folder, name) : history;
  const child = spawn(process.execPath, ['--import', KILLER, BIN, ...argv, '-i', rack.inventory], {
    stdio: 'ignore',
    env: { ...process.env, KILL_FOLDER: killFolder, KILL_AT: String(killAt) },
  });
  const ended = once(child, 'exit').then(([status, signal]): Ended => ({ status, signal }));
  return { child, ended };
}

/** What arrived, by Message-ID. */
function distinct(server: MailServer) {
  return new Set(server.mails.map((mail) => mail.parsed.messageId));
}

describe('a check that is killed', () => {
  it('at any change of its folder: the next one says all that is to be said, once', async () => {
    const steps: string[] = [];
    // Four at a time: each has a folder and a mail server of its own.
    const attempt = async (killAt: number) => {
      const server = await startMailServer();
      try {
        const name = `step-${killAt}`;
        const killed = await startCheck(name, server.port, killAt).ended;
        expect([null, 'SIGKILL']).toContain(killed.signal);
        expect(await checkHere(name, server.port)).toBe(2);
        expect(await checkHere(name, server.port)).toBe(2);
        // A kill between the server's 250 and the removal of the file brings the same mail again.
        const again = server.mails.length - distinct(server).size;
        steps.push(`${killAt} ${killed.signal ?? 'lived'} ${distinct(server).size} ${again}`);
        const left = readdirSync(join(rack.folder, name)).toSorted();
        expect(left).toEqual(['check.json', 'check.lock', 'check.spool']);
        expect(readdirSync(join(rack.folder, name, 'check.lock'))).toEqual([]);
        expect(readdirSync(join(rack.folder, name, 'check.spool'))).toEqual([]);
        const [first] = server.mails;
        for (const mail of server.mails) expect(mail.raw.toString()).toBe(first!.raw.toString());
      } finally {
        await server.stop();
      }
    };
    // Each fourth step, the last of which it lives through, and each in the long suite.
    const stride = sized(4, 1);
    for (let killAt = stride; killAt < 60; killAt += 4 * stride) {
      await Promise.all([0, 1, 2, 3].map((n) => attempt(killAt + n * stride)));
      if (steps.some((step) => step.includes('lived'))) break;
    }
    const killed = steps.filter((step) => step.includes('SIGKILL'));
    expect(killed.length * stride).toBeGreaterThan(8);
    expect(steps.filter((step) => !/^\d+ (SIGKILL|lived) 1 [01]$/.test(step))).toEqual([]);
    // Of all the steps there is one after which it comes again.
    const again = steps.filter((step) => step.endsWith(' 1')).length;
    if (isLong) expect(again).toBe(1);
    else expect(again).toBeLessThanOrEqual(1);
  }, 240_000);

  it('at any change of its history: the run is in it as a whole or not at all, and no other is lost', async () => {
    const server = await startMailServer();
    const seqs = async (killAt: number) => {
      const name = `history-${killAt}`;
      const file = join(rack.folder, name, 'history.ndjson');
      await checkHere(name, server.port, file);
      const { signal } = await startCheck(name, server.port, killAt, file).ended;
      await checkHere(name, server.port, file);
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(1).map(readLine);
      const runs = lines.filter((line) => line?.kind === 'run').map((line) => line?.seq);
      return `${signal ?? 'lived'} ${lines.includes(null) ? 'damaged' : runs.join(' ')}`;
    };
    // Within the write and behind it; all of them in the long suite, as those before its lock is taken.
    const steps = isLong ? Array.from({ length: 12 }, (_, n) => n + 1) : [5, 6];
    const ends: string[] = [];
    for (let n = 0; n < steps.length; n += 3)
      ends.push(...(await Promise.all(steps.slice(n, n + 3).map(seqs))));
    await server.stop();
    const fine = ['SIGKILL 1 2', 'SIGKILL 1 2 3', 'lived 1 2 3'];
    expect(ends.filter((end) => !fine.includes(end))).toEqual([]);
    // The write is torn in one of them, and done in another.
    expect(new Set(ends.filter((end) => end.startsWith('SIGKILL')))).toEqual(new Set(fine.slice(0, 2)));
  }, 240_000);

  it('at any step of the mail: the next one sends it, and it arrives once', async () => {
    const arrived: string[] = [];
    const steps = isLong ? (['onConnect', 'onMailFrom', 'onRcptTo'] as const) : (['onMailFrom'] as const);
    for (const step of steps) {
      let child: ChildProcess | null = null;
      const server = await startMailServer({
        [step]: (...args: readonly unknown[]) => {
          child?.kill('SIGKILL');
          child = null;
          const callback = args.at(-1);
          if (typeof callback === 'function') callback();
        },
      });
      const started = startCheck(step, server.port, 0);
      child = started.child;
      expect((await started.ended).signal).toBe('SIGKILL');
      await checkHere(step, server.port);
      await checkHere(step, server.port);
      arrived.push(`${step} ${server.mails.length}`);
      await server.stop();
    }
    expect(arrived).toEqual(steps.map((step) => `${step} 1`));
  });

  it('leaves no lock to wait for, and two at once do not interleave', async () => {
    const server = await startMailServer();
    const checks = Array.from({ length: sized(2, 3) }, () => startCheck('together', server.port, 0).ended);
    for (const { status } of await Promise.all(checks)) expect(status).toBe(2);
    expect(server.mails.length).toBe(1);
    await server.stop();
  });
});

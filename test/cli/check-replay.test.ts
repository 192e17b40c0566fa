import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { withRack } from '../support/rack.ts';
import { run } from '../support/run-program.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-26T01:00:00Z');

const rack = withRack({ isShellFree: true, sledsPerRack: 2, propolisPerSled: 1, seed: 31 });
let night: string;
let subjects: readonly string[];

/** A night of real checks of a simulated rack, each recorded: a downstairs is lost for two runs. */
beforeAll(async () => {
  night = join(rack.folder, 'night');
  mkdirSync(night);
  const [victim] = rack.sessions('3/1');
  const mailed: string[] = [];
  for (let n = 0; n < 6; n++) {
    const isIll = n === 1 || n === 2;
    rack.crucible('3/1').setStates(victim!, ['active', isIll ? 'faulted' : 'active', 'active']);
    const now = new Date(START + n * 5 * MINUTE);
    const where = ['-i', rack.inventory, '--state-file', join(rack.folder, 'check.json'), '--window', '2s'];
    const record = ['--record', join(night, `run-${n}`)];
    const mail = ['--mail-to', 'ada@example.com', '--sendmail', join(rack.folder, 'sendmail')];
    writeFileSync(join(rack.folder, 'sendmail'), `#!/bin/sh\ncat >> ${rack.folder}/mails\n`, { mode: 0o755 });
    const { status } = await run(['check', '--rack', '3', ...where, ...record, ...mail], { now: () => now });
    expect(status).toBe(isIll ? 2 : 0);
  }
  const sent = readFileSync(join(rack.folder, 'mails'), 'utf8');
  mailed.push(...[...sent.matchAll(/^Subject: (.*)$/gm)].map(([, subject = '']) => subject));
  subjects = mailed;
});

const replay = (...more: readonly string[]) => run(['check', '--replay', night, ...more]);
const mailsIn = (stdout: string) => [...stdout.matchAll(/^ +mail: (.*)$/gm)].map(([, subject]) => subject);

describe('check --replay', () => {
  it('gives the mails that the night has had, with the policy that it had', async () => {
    const { status, stdout, stderr } = await replay();
    expect([status, stderr]).toEqual([0, '']);
    expect(subjects).toEqual([
      '[cruc-fleet] CRITICAL - rack 3: 1 degraded - new',
      '[cruc-fleet] OK - rack 3: resolved: 1 degraded',
    ]);
    expect(mailsIn(stdout)).toEqual(subjects);
    expect(stdout).toMatch(
      /^2026-11-26T01:05:\d\dZ {2}CRITICAL {2}rack 3: 1 degraded; 2 of 2 sleds answered$/m,
    );
    expect(stdout).toMatch(/\n6 runs judged: 4 ok, 2 critical; 2 mails would have been sent; none was\n$/);
  });

  it('gives other mails with another policy', async () => {
    expect(mailsIn((await replay('--for', 'degraded=7m')).stdout)).toEqual([]);
    const warning = await replay('--set', 'rules.degraded.severity=warning', '--resolve-after', '1');
    expect(mailsIn(warning.stdout)[0]).toBe('[cruc-fleet] WARNING - rack 3: 1 degraded - new');
    expect(warning.stdout).toContain('4 ok, 2 warning');
  });

  it('sends, records and writes nothing, whatever is configured', async () => {
    const before = readdirSync(rack.folder).toSorted();
    const mails = readFileSync(join(rack.folder, 'mails'), 'utf8');
    const ways = ['--mail-to', 'ada@example.com', '--sendmail', join(rack.folder, 'sendmail')];
    const other = ['--textfile', join(rack.folder, 'x.prom'), '--heartbeat', 'http://127.0.0.1:9/x'];
    expect((await replay(...ways, ...other, '--state-file', join(rack.folder, 'other.json'))).status).toBe(0);
    expect(readdirSync(rack.folder).toSorted()).toEqual(before);
    expect(readFileSync(join(rack.folder, 'mails'), 'utf8')).toBe(mails);
  });

  it('judges one recording too, and says what it leaves out', async () => {
    const one = await run(['check', '--replay', join(night, 'run-1')]);
    expect(one.stdout).toContain('1 run judged: 1 critical');
    const mixed = join(rack.folder, 'mixed');
    cpSync(night, mixed, { recursive: true });
    writeFileSync(join(mixed, 'run-0', 'recording.json'), '{');
    const head = join(mixed, 'run-3', 'recording.json');
    writeFileSync(head, readFileSync(head, 'utf8').replace('"command": "check"', '"command": "ds-state"'));
    const { status, stdout, stderr } = await run(['check', '--replay', mixed]);
    rmSync(mixed, { recursive: true });
    expect(status).toBe(3);
    expect(stderr).toMatch(/run-0 is left out: .* is damaged/);
    expect(stderr).toContain('run-3 is left out: it is of ds-state, and not of check');
    expect(stdout).toContain('4 runs judged');
    expect(stdout).toContain('2 left out');
  });

  it('is wrong usage without a recording, and with options that it has no use for', async () => {
    const cases = [
      [['check', '--replay', rack.folder], /there is no recording in .*check --record FOLDER\/TIME/],
      [['check', '--replay', '/nonexistent'], /cannot be read; give a folder of recordings/],
      [['check', '--replay', night, '--rack', '3'], /--rack: does not go with --replay/],
      [['check', '--replay', night, '--from-stream'], /--from-stream: does not go with --replay/],
      [['check', '--replay', night, '--dry-run'], /--dry-run: does not go with --replay/],
      [['check', '--replay', night, '-o', 'json'], /--output: --replay prints lines for people/],
    ] as const;
    for (const [argv, message] of cases) {
      const { status, stderr } = await run(argv);
      expect([status, stderr]).toEqual([64, expect.stringMatching(message)]);
    }
  });

  it('needs no folder that is fit for the verdict: it says that nothing was kept', async () => {
    const record = ['--record', join(night, 'run-1'), '--state-file', join(rack.folder, 'check.json')];
    const { status, stdout } = await rack.run(['check', '--rack', '3', '--window', '2s', ...record]);
    expect(status).toBe(3);
    expect(stdout).toMatch(/^CRUC_FLEET UNKNOWN - rack 3: .*; 2 of 2 sleds answered/);
    expect(stdout).toMatch(/^problem: nothing is kept for --replay: --record: .* is not empty/m);
  });

  it('leaves a recording that replay shows as well', async () => {
    const { status, stdout } = await run(['replay', join(night, 'run-1'), '--degraded', '-o', 'json']);
    expect([status, JSON.parse(stdout).rows.length]).toEqual([0, 1]);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { schemaErrors } from '../support/report-schema.ts';
import { run } from '../support/run-program.ts';
import { withRack } from '../support/rack.ts';

/** D scripts that a user brings along, on two simulated sleds. */

const rack = withRack({
  sledsPerRack: 2,
  propolisPerSled: 1,
  ioRate: 20,
  seed: 3,
});

/** Writes a script and runs it by its relative path. */
async function runScript(name: string, text: string, ...argv: readonly string[]) {
  writeFileSync(join(rack.folder, name), text);
  return await run(['run', `./${name}`, '-i', rack.inventory, ...argv], { cwd: rack.folder });
}

async function reportOf(name: string, text: string, ...argv: readonly string[]) {
  const { status, stdout, stderr } = await runScript(name, text, '-o', 'json', ...argv);
  expect(stderr).toBe('');
  const report = JSON.parse(stdout);
  expect(schemaErrors(report)).toEqual([]);
  return { status, report };
}

const QUIET = '#pragma D option quiet\n';

describe.concurrent('a script of the user', () => {
  it('that prints a table under headings gives rows with its columns and sleds', async () => {
    const { status, report } = await reportOf(
      'table.d',
      `${QUIET}BEGIN { printf("ZONE PID UPSTAIRS_SEEN\\n"); }
crucible_upstairs*:::up-status { printf("%s %d 1\\n", zonename, pid); }`,
      '--for',
      '2s',
    );
    expect(status).toBe(0);
    const seen = new Set(
      report.rows.map((row: Record<string, unknown>) => [row['sled'], row['zone'], row['pid']].join(' ')),
    );
    const expected = rack.simulation
      .truth()
      .sleds.flatMap((sled) => sled.sessions.map(({ zone, pid }) => `${sled.id} ${zone} ${pid}`));
    expect(seen).toEqual(new Set(expected));
    for (const row of report.rows) expect(row['upstairs_seen']).toBe(1);
    expect(report.probe).toBe('table.d');
  });

  it('that counts gives a row for each key and sled', async () => {
    const { status, report } = await reportOf(
      'counts.d',
      `${QUIET}crucible_upstairs*:::gw-read-start { @[zonename, pid] = count(); }`,
      '--for',
      '2s',
    );
    expect(status).toBe(0);
    expect(report.rows.length).toBe(2);
    for (const { sled, key_1: zone, key_2: pid, count } of report.rows) {
      const truth = rack.simulation.truth().sleds.find((each) => each.id === sled)!;
      expect(truth.sessions.map((session) => `${session.zone} ${session.pid}`)).toContain(`${zone} ${pid}`);
      expect(count).toBeGreaterThan(0);
    }
  });

  it('that prints a histogram gives one for the fleet', async () => {
    const script = `${QUIET}BEGIN { @["bytes"] = quantize(1000); @["bytes"] = quantize(5); exit(0); }`;
    const { status, report } = await reportOf('histogram.d', script);
    expect(status).toBe(0);
    const [group, ...others] = report.distributions.groups;
    expect(others).toEqual([]);
    expect(group).toMatchObject({ keys: { key_1: 'bytes' }, count: 4, distributions: 2 });
    expect(group.buckets).toEqual([
      { low: 4, high: 7, count: 2 },
      { low: 512, high: 1023, count: 2 },
    ]);
    const { stdout } = await runScript('histogram.d', script);
    expect(stdout).toMatch(/^ +512 \|@{20} +2 +$/m);
  });

  it('is recorded, and replayed with any view', async () => {
    const script = `${QUIET}BEGIN { @["bytes"] = quantize(1000); exit(0); }`;
    const recording = join(rack.folder, 'recording');
    const { stdout } = await runScript('recorded.d', script, '-o', 'json', '--record', recording);
    const again = await run(['replay', recording, '-o', 'json'], { cwd: rack.folder });
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(stdout));
    const summary = await run(['replay', recording, '--summary', '--by', 'sled'], { cwd: rack.folder });
    expect(summary).toMatchObject({ status: 0, stderr: '' });
    expect(summary.stdout.match(/^bytes +3\/BRM/gm)).toHaveLength(2);
  });

  it('that prints text has it shown once where sleds print the same', async () => {
    const { status, stdout } = await runScript(
      'text.d',
      `${QUIET}BEGIN { printf("what the script says\\n"); exit(0); }`,
    );
    expect(status).toBe(0);
    expect(stdout.match(/what the script says/g)).toHaveLength(1);
    expect(stdout).toMatch(/3\/\[0-1\] \(2\)/);
  });

  it('takes its arguments after --', async () => {
    const script = `${QUIET}BEGIN { printf("%d %s\\n", $1 + 1, $$2); exit(0); }`;
    const { report } = await reportOf('arguments.d', script, '--sled', '3/0', '--', '41', 'a b');
    expect(report.sleds[0].text).toBe('42 a b\n');
  });

  it('that never ends is ended by the time limit, and what it counted is shown', async () => {
    const { status, report } = await reportOf(
      'endless.d',
      `${QUIET}tick-1s { @["ticks"] = count(); }`,
      '--for',
      '2s',
    );
    expect(status).toBe(0);
    expect(report.rows.length).toBe(2);
    // Whether the second tick or the end comes first is open.
    for (const { key_1: key, count } of report.rows) {
      expect(key).toBe('ticks');
      expect([1, 2]).toContain(count);
    }
  });
});

describe.concurrent('a destructive script', () => {
  it('is refused with the reason, before any sled is visited', async () => {
    const text = `${QUIET}BEGIN { system("echo done by the sled"); exit(0); }`;
    const refused = await runScript('system.d', text, '--sled', '3/0');
    expect(refused).toMatchObject({ status: 64, stdout: '' });
    expect(refused.stderr).toMatch(/system\.d may change the sleds: it uses system\(\).*--destructive/);
  });

  it('is refused for its pragma too', async () => {
    const text = '#pragma D option destructive\nBEGIN { exit(0); }';
    expect((await runScript('pragma.d', text)).stderr).toMatch(/it has the option destructive/);
  });

  it('runs with --destructive', async () => {
    const text = `${QUIET}BEGIN { chill(1); printf("it ran\\n"); exit(0); }`;
    const { status, stdout } = await runScript('chill.d', text, '--destructive', '--sled', '3/1');
    expect(stdout).toMatch(/it ran/);
    expect(status).toBe(0);
  });

  it('is not seen in a comment or a text', async () => {
    const text = `${QUIET}/* panic() */ BEGIN { printf("stop()\\n"); exit(0); }`;
    expect((await runScript('comment.d', text, '--sled', '3/1')).status).toBe(0);
  });
});

describe.concurrent('a script that fails', () => {
  it("that does not compile fails everywhere with dtrace's message, said once", async () => {
    const { status, stdout } = await runScript('broken.d', `${QUIET}BEGIN { printf("%d\\n", nonsense); }`);
    expect(status).toBe(3);
    const lines = stdout.split('\n').filter((line) => line.startsWith('no answer'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^no answer from 3\/\[0-1\] \(2 sleds\): run, dtrace: dtrace failed with status 1: dtrace: failed to compile script .*nonsense/,
    );
    expect(stdout).toMatch(/0 of 2 sleds answered/);
  });

  it('that faults answers in part, with the fault, and ends with 3', async () => {
    const text = `${QUIET}BEGIN { printf("before\\n"); } BEGIN { printf("%s\\n", copyinstr(8)); } tick-1s { exit(0); }`;
    const { status, report } = await reportOf('fault.d', text, '--sled', '3/1');
    expect(report.sleds[0].issues).toEqual([
      { code: 'fault', message: expect.stringMatching(/^dtrace: error on enabled probe .*invalid address/) },
    ]);
    expect(report.sleds[0].text).toBe('before\n');
    expect(report.complete).toBe(false);
    expect(status).toBe(3);
  });

  it('that is not there, or gets options of probes, is wrong usage', async () => {
    const missing = await run(['run', './none.d', '-i', rack.inventory], { cwd: rack.folder });
    expect(missing).toMatchObject({ status: 64, stdout: '' });
    expect(missing.stderr).toMatch(/the D script \.\/none\.d cannot be read/);
    const text = `${QUIET}BEGIN { exit(0); }`;
    for (const options of [['--pid', '5'], ['--interval', '1s'], ['--totals'], ['--rates']]) {
      const { status, stderr } = await runScript('options.d', text, ...options);
      expect(stderr).toContain(`${options[0]} is for probes`);
      expect(status).toBe(64);
    }
  });
});

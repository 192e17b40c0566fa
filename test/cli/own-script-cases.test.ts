import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { schemaErrors } from '../support/report-schema.ts';
import { withRack } from '../support/rack.ts';
import { run } from '../support/run-program.ts';

/** Scripts of a user's own that print in unusual ways, on two simulated sleds, judged by what the sleds printed. */
const CASES = fileURLToPath(new URL('../fixtures/cases/', import.meta.url));

const rack = withRack({ sledsPerRack: 2, propolisPerSled: 2, ioRate: 40, seed: 7 });

async function runCase(name: string) {
  const script = `${name}.d`;
  const recording = join(rack.folder, `${name}-recording`);
  copyFileSync(join(CASES, name, 'mine.d'), join(rack.folder, script));
  const argv = ['run', `./${script}`, '-i', 'inventory.yaml', '--for', '9s', '-o', 'json'];
  const { status, stdout, stderr } = await run([...argv, '--record', recording], { cwd: rack.folder });
  const report = JSON.parse(stdout);
  expect(schemaErrors(report)).toEqual([]);
  const sleds = join(recording, '3');
  const raw = readdirSync(sleds)
    .filter((file) => file.endsWith('.stdout'))
    .map((file) => readFileSync(join(sleds, file), 'utf8'));
  const again = await run(['replay', recording, '-o', 'json'], { cwd: rack.folder });
  expect(JSON.parse(again.stdout)).toEqual(report);
  expect(again.stderr).toBe(stderr);
  return { status, stderr, report, raw, recording };
}

type Group = { readonly keys: Record<string, unknown>; readonly count: number };

const totals = (groups: readonly Group[]) =>
  new Map(groups.map(({ keys, count }) => [Object.values(keys).join(' '), count]));

describe.concurrent('a script that prints its histogram each second and never empties it', () => {
  it('has the last print of each process, and a warning says so', async () => {
    const { status, stderr, report, raw, recording } = await runCase('d34-cumulative-keyed');
    const last = new Map<string, number>();
    for (const text of raw) {
      for (const [, pid, count] of text.matchAll(
        /^ +(\d+) *\n.*Distribution.*\n.*\n +512 \|@+ +(\d+) *$/gm,
      )) {
        last.set(String(pid), Number(count));
      }
    }
    expect(last.size).toBeGreaterThan(2);
    expect(totals(report.distributions.groups)).toEqual(last);
    expect(stderr).toBe(
      'warning: the script prints histograms several times and never empties them: the last of each is taken\n',
    );
    expect(report.sleds[0].warnings).toHaveLength(1);
    expect(status).toBe(0);

    // How it was read is not recorded: whoever reads it again may know better.
    // A recording of 0.1.0 does not say how the script prints: the text does, for it only grows.
    const path = join(recording, 'recording.json');
    const visits = readdirSync(join(recording, '3')).filter((file) => file.endsWith('.json'));
    for (const file of visits) {
      expect(JSON.parse(readFileSync(join(recording, '3', file), 'utf8')).warnings).toEqual([]);
    }
    const facts = JSON.parse(readFileSync(path, 'utf8'));
    delete facts.settings.prints;
    writeFileSync(path, JSON.stringify(facts));
    const old = await run(['replay', recording, '-o', 'json'], { cwd: rack.folder });
    expect(totals(JSON.parse(old.stdout).distributions.groups)).toEqual(last);
    expect(old.stderr).toMatch(
      /^warning: histograms were printed up to \d times, each holding the one before/m,
    );
  });
});

describe.concurrent('a script that prints a count on the line of keys, and the histogram below', () => {
  it('has a histogram for each volume and type, and none of all', async () => {
    const { status, report, raw } = await runCase('d30-count-on-key-line');
    const last = new Map<string, number>();
    for (const [, volume, type, count] of raw
      .join('')
      .matchAll(/([0-9a-f-]{36}) +([a-z]+) +(\d+)\n\n.*Distribution/g)) {
      last.set(`${volume} ${type}`, Number(count));
    }
    expect(last.size).toBeGreaterThan(4);
    expect(totals(report.distributions.groups)).toEqual(last);
    expect(status).toBe(0);
  });
});

describe.concurrent('a script with histograms of lquantize and llquantize', () => {
  it('has both, with their open ends', async () => {
    const { status, report } = await runCase('d02-lquantize');
    const [magnitude, size] = report.distributions.groups;
    expect(magnitude).toMatchObject({ keys: { key_1: 'by magnitude' } });
    expect(size).toMatchObject({ keys: { key_1: 'size in blocks' }, count: magnitude.count });
    expect(size.buckets.some(({ low }: { low: number | null }) => low === null)).toBe(true);
    expect(status).toBe(0);
  });
});

describe.concurrent('a script that normalizes, empties a part and prints several times', () => {
  it('has each printed number, with the number of its print', async () => {
    const { status, report, raw } = await runCase('d09-normalize');
    const printed = raw.flatMap((text) => text.match(/^ +\d+ +\d+$/gm) ?? []);
    expect(report.rows).toHaveLength(printed.length);
    const rows = new Set(
      report.rows.map((row: Record<string, unknown>) =>
        JSON.stringify([row['sled'], row['key_1'], row['print'] ?? null]),
      ),
    );
    expect(rows.size).toBe(printed.length);
    expect(status).toBe(0);
  });
});

describe.concurrent('a script with all kinds of numbers', () => {
  it('has them with keys that hold blanks, with sums below zero and averages', async () => {
    const { status, report } = await runCase('d04-agg-keys-spaces');
    const has = (name: string) => report.rows.filter((row: Record<string, unknown>) => row['key_1'] === name);
    expect(has('min neg')).toEqual([
      expect.objectContaining({ count: -9 }),
      expect.objectContaining({ count: -9 }),
    ]);
    expect(has('sum big')).toHaveLength(2);
    expect(has('propolis-server')[0]).toMatchObject({ key_3: 'a key  with   spaces' });
    expect(status).toBe(0);
  });
});

describe.concurrent('a script that faults', () => {
  it('has the fault of each sled, and status 3', async () => {
    const { status, report } = await runCase('d06-bad-copyin');
    for (const { issues } of report.sleds) expect(issues[0]).toMatchObject({ code: 'fault' });
    expect(status).toBe(3);
  });
});

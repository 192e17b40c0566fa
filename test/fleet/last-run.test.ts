import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginLastRun, lastRunFile, readLastRun, type LastRunLog } from '../../src/fleet/last-run.ts';
import { answered, failed } from '../support/reports.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-last-run-'));
  file = lastRunFile(folder, '/etc/inventory.yaml');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const RUN = { command: 'ds-state', selection: 'rack 3', startedAt: new Date('2026-11-27T20:00:00Z') };
const idOf = (cubby: number) => answered(cubby, []).sled.id;

async function begin(cubbies: readonly number[]): Promise<LastRunLog> {
  const begun = await beginLastRun(file, { ...RUN, sleds: cubbies.map(idOf) });
  if ('why' in begun) throw new Error(begun.why);
  return begun.log;
}

describe('the last run', () => {
  it('is nothing where there was none', async () => {
    expect(await readLastRun(file)).toBeNull();
  });

  it('has every sled that is asked before any has answered', async () => {
    const log = await begin([1, 2, 3]);
    expect((await readLastRun(file))?.unanswered).toEqual([1, 2, 3].map(idOf));
    await log.finish();
  });

  it('is one of those that began in the same moment, as a whole, and nothing else is left', async () => {
    const logs = await Promise.all([[1], [2, 3], [4, 5, 6], [7]].map(begin));
    const sleds = (await readLastRun(file))?.unanswered;
    expect([[1], [2, 3], [4, 5, 6], [7]].map((cubbies) => cubbies.map(idOf))).toContainEqual(sleds);
    // The others strike out nothing of it.
    logs.forEach((log, n) => log.visited(answered([1, 3, 6, 7][n] ?? 0, [])));
    for (const log of logs) expect(await log.finish()).toBeNull();
    expect((await readLastRun(file))?.unanswered).toHaveLength((sleds?.length ?? 0) - 1);
    expect(readdirSync(join(folder, 'last-run'))).toHaveLength(1);
  });

  it('keeps the sleds that did not answer, and those that were never visited', async () => {
    const log = await begin([1, 2, 3, 4]);
    log.visited(answered(1, [{ zone: 'b' }, { zone: 'a' }, { zone: 'b' }, { zone: null }]));
    log.visited(failed(2));
    log.visited(answered(3, [], { issues: [{ code: 'cut', message: 'cut' }] }));
    expect(await log.finish()).toBeNull();
    expect(await readLastRun(file)).toEqual({
      ...RUN,
      unanswered: [idOf(2), idOf(4)],
      zones: ['a', 'b'],
    });
  });

  it('strikes nothing out by a line that a kill has cut', async () => {
    const log = await begin([1, 2]);
    log.visited(answered(1, []));
    await log.finish();
    appendFileSync(file, `{"answered":"${idOf(2)}`);
    expect((await readLastRun(file))?.unanswered).toEqual([idOf(2)]);
  });

  it('is the one that began last, whatever an earlier one writes afterwards', async () => {
    const early = await begin([1, 2]);
    const late = await begin([2, 3]);
    early.visited(answered(2, []));
    late.visited(answered(3, []));
    await Promise.all([early.finish(), late.finish()]);
    expect((await readLastRun(file))?.unanswered).toEqual([idOf(2)]);
  });

  it('is for its owner alone, another for each inventory, and holds names only', async () => {
    await (await begin([1])).finish();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(lastRunFile(folder, '/home/ana/inventory.yaml')).not.toBe(file);
    expect(readFileSync(file, 'utf8')).not.toMatch(/fd00|root|key/);
  });

  it('of an inventory that nobody used for a month is forgotten', async () => {
    await (await begin([1])).finish();
    const old = lastRunFile(folder, '/tmp/inventory.yaml');
    writeFileSync(old, '');
    const month = new Date(RUN.startedAt.getTime() - 31 * 24 * 3600 * 1000);
    utimesSync(old, month, month);
    await (await begin([1])).finish();
    expect(existsSync(old)).toBe(false);
    expect(existsSync(file)).toBe(true);
  });

  it('that is none is refused, with the file', async () => {
    await (await begin([1])).finish();
    writeFileSync(file, '{"format":"other"}\n');
    await expect(readLastRun(file)).rejects.toThrow(new RegExp(`^${file} is not a last run`));
  });

  it('that cannot be written is not an error', async () => {
    writeFileSync(join(folder, 'last-run'), 'a file in the way');
    expect(await beginLastRun(file, { ...RUN, sleds: [] })).toEqual({ why: expect.stringContaining(file) });
  });
});

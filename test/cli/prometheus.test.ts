import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readExposition, samplesOf, type ReadMetric } from '../support/exposition.ts';
import { checkMetrics, hasPromtool, requirePromtool } from '../support/promtool.ts';
import { run } from '../support/run-program.ts';
import { withRack } from '../support/rack.ts';

// On a machine of a CI this throws where promtool lacks; elsewhere the texts are still read by the test's own reader.
requirePromtool();

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** Sled 2 refuses, sled 3 has no dtrace. */

const rack = withRack(
  {
    isShellFree: true,
    sledsPerRack: 4,
    propolisPerSled: 2,
    degraded: 2,
    seed: 11,
    down: new Map([
      ['3/2', 'refused'],
      ['3/3', 'no-dtrace'],
    ]),
  },
  async () => {
    const own = 'tick-1s { @hits["a", pid] = count(); @times["b"] = quantize(1024); }\n';
    writeFileSync(join(rack.folder, 'mine.d'), own);
  },
);

interface Written {
  readonly status: number;
  readonly stderr: string;
  readonly text: string;
  readonly metrics: ReadonlyMap<string, ReadMetric>;
}

/** What a command writes with -o prometheus, which promtool must have nothing to say of. */
async function written(...argv: readonly string[]): Promise<Written> {
  const { status, stdout, stderr } = await run(argv, { cwd: rack.folder });
  if (hasPromtool()) expect(checkMetrics(stdout)).toEqual({ status: 0, output: '' });
  return { status, stderr, text: stdout, metrics: readExposition(stdout) };
}

const onRack = (name: string, ...argv: readonly string[]) =>
  written(name, ...argv, '-i', rack.inventory, '-o', 'prometheus');

const total = ({ metrics }: Written, name: string, labels: Readonly<Record<string, string>> = {}) =>
  samplesOf(metrics, name, labels).reduce((sum, { value }) => sum + value, 0);

function expectCoverage(answer: Written, answered: number): void {
  expect(answer.stderr).toBe('');
  expect(samplesOf(answer.metrics, 'cruc_fleet_sled_up').map(({ value }) => value)).toHaveLength(4);
  expect(total(answer, 'cruc_fleet_sled_up')).toBe(answered);
  expect(total(answer, 'cruc_fleet_sleds_selected')).toBe(4);
  expect(total(answer, 'cruc_fleet_sleds_failed')).toBe(4 - answered);
}

describe.concurrent('-o prometheus', () => {
  it.for(['ds-state', 'lr-state'])('of %s counts the truth of the rack', async (name) => {
    const answer = await onRack(name, '--window', '2s');
    expect(answer.status).toBe(3);
    expectCoverage(answer, 2);
    const sessions = rack.simulation.world.sleds
      .filter(({ cubby }) => cubby < 2)
      .flatMap(({ crucible }) => crucible.sessions());
    expect(total(answer, 'cruc_fleet_upstairs')).toBe(sessions.length);
    expect(total(answer, 'cruc_fleet_downstairs')).toBe(3 * sessions.length);
    const faulted = sessions.flatMap(({ states }) => states).filter((state) => state === 'faulted');
    expect(faulted.length).toBeGreaterThan(0);
    expect(total(answer, 'cruc_fleet_downstairs', { state: 'faulted' })).toBe(faulted.length);
    const failures = samplesOf(answer.metrics, 'cruc_fleet_sled_failed').map(({ labels }) => labels['code']);
    expect(failures).toEqual(['refused', 'no_dtrace']);
  });

  it('with --columns has a state set for each downstairs', async () => {
    const answer = await onRack('ds-state', '--window', '2s', '--columns', 'zone,pid,upstairs_id');
    const rows = total(answer, 'cruc_fleet_rows');
    expect(total(answer, 'cruc_fleet_downstairs_state')).toBe(3 * rows);
    expect(total(answer, 'cruc_fleet_upstairs_health')).toBe(rows);
  });

  it('of a table probe has its numbers by sled', async () => {
    const answer = await onRack('run', 'upstairs_count', '--for', '2s');
    expectCoverage(answer, 2);
    expect(total(answer, 'cruc_fleet_upstairs_count_connected', { downstairs: '0' })).toBeGreaterThan(1);
    expect(total(answer, 'cruc_fleet_upstairs_count_downstairs')).toBe(3 * total(answer, 'cruc_fleet_rows'));
  });

  it('of a latency probe has histograms by --by', async () => {
    const answer = await onRack('run', 'perfgw', '--for', '2s', '--by', 'sled');
    expectCoverage(answer, 2);
    const counts = samplesOf(answer.metrics, 'cruc_fleet_perfgw_seconds_count');
    expect(new Set(counts.map(({ labels }) => labels['sled'])).size).toBe(2);
  });

  it("of a user's own script has its counts and its histograms", async () => {
    const answer = await onRack('run', './mine.d', '--for', '3s');
    expectCoverage(answer, 2);
    const own = { script: 'mine.d', column: 'count' };
    expect(samplesOf(answer.metrics, 'cruc_fleet_script_value', own)).toHaveLength(2);
    const values = samplesOf(answer.metrics, 'cruc_fleet_script_distribution_count', { script: 'mine.d' });
    expect(values).toHaveLength(1);
  });

  it('of exec has the exit status of each sled', async () => {
    const answer = await written('exec', '-r', '*', '-i', rack.inventory, '-o', 'prometheus', '--', 'exit 7');
    expectCoverage(answer, 3);
    expect(samplesOf(answer.metrics, 'cruc_fleet_exec_status').map(({ value }) => value)).toEqual([7, 7, 7]);
    expect(answer.status).toBe(7);
  });

  it('of parse is of what was pasted', async () => {
    const file = join(FIXTURES, 'pilot-host-exec', 'ds-state.txt');
    const answer = await written('parse', 'ds-state', file, '-o', 'prometheus');
    expect(total(answer, 'cruc_fleet_upstairs')).toBe(total(answer, 'cruc_fleet_rows'));
    expect(total(answer, 'cruc_fleet_rows')).toBeGreaterThan(0);
  });

  it('of a recording is what the run itself wrote', async () => {
    const record = join(rack.folder, 'record');
    const first = await onRack('ds-state', '--window', '2s', '--degraded', '--record', record);
    const again = await written('replay', record, '-o', 'prometheus');
    expect(again.text).toBe(first.text);
    expect(again.status).toBe(first.status);
  });
});

it('-o prometheus of push and clean says where they were done', async () => {
  const pushed = await onRack('push', '--sled', '3/0,3/2');
  const cleaned = await onRack('clean', '--sled', '3/0,3/2');
  for (const answer of [pushed, cleaned]) {
    expect(answer.stderr).toBe('');
    expect(samplesOf(answer.metrics, 'cruc_fleet_sled_up').map(({ value }) => value)).toEqual([1, 0]);
  }
  expect(samplesOf(cleaned.metrics, 'cruc_fleet_clean_files')).toHaveLength(1);
  expect(total(cleaned, 'cruc_fleet_clean_files')).toBeGreaterThan(20);
});

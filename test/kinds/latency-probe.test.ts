import { describe, expect, it } from 'vitest';
import { totalCount } from '../../src/model/histogram.ts';
import type { ProbeSpec } from '../../src/model/probe.ts';
import { groupDistributions } from '../../src/distribution/distribution-group.ts';
import { latencyProbe } from '../../src/kinds/latency-probe.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { result } from '../support/scripted-transport.ts';

const byClient: ProbeSpec = latencyProbe({ name: 'x', summary: 'x', keys: ['client'], cost: 'x' });
const byVolume: ProbeSpec = latencyProbe({ name: 'x', summary: 'x', keys: ['volume'], cost: 'x' });

/** A histogram as dtrace draws it, with its empty buckets around. */
function drawn(keys: string, low: number, count: string): string {
  const row = (value: number, bar: string, text: string) =>
    `${String(value).padStart(16)} |${bar.padEnd(40)} ${text.padEnd(9)}`;
  return [
    '',
    `  ${keys}`,
    '           value  ------------- Distribution ------------- count    ',
    row(low / 2, '', '0'),
    row(low, '@'.repeat(40), count),
    row(low * 2, '', '0'),
    '',
    '',
  ].join('\n');
}

function answer(probe: ProbeSpec, stdout: string, stderr = '') {
  const reading = probe.read(result(stdout, 0, stderr), SETTINGS);
  if (reading.status !== 'answer') throw new Error(reading.error.message);
  return { ...reading, distributions: reading.distributions ?? [] };
}

describe('a probe of latencies', () => {
  it('reads a distribution for each key of its script', () => {
    const text =
      drawn('zone=z1 pid=7 type=read client=0', 1024, '3') +
      drawn('zone=z1 pid=7 type=write-unwritten client=2', 4096, '5');
    const { rows, distributions, issues } = answer(byClient, text);
    expect({ rows, issues }).toEqual({ rows: [], issues: [] });
    expect(distributions.map(({ keys }) => keys)).toEqual([
      { zone: 'z1', pid: 7, type: 'read', client: 0 },
      { zone: 'z1', pid: 7, type: 'write-unwritten', client: 2 },
    ]);
    const counted = distributions.map(({ histogram }) =>
      histogram.buckets.filter((bucket) => bucket.count > 0n),
    );
    expect(counted).toEqual([
      [{ low: 1024n, high: 2047n, count: 3n }],
      [{ low: 4096n, high: 8191n, count: 5n }],
    ]);
  });

  it('adds what an interval printed to what the ones before did', () => {
    const keys = 'zone=z1 pid=7 type=read client=0';
    const { distributions } = answer(byClient, drawn(keys, 1024, '3') + drawn(keys, 1024, '4'));
    const { groups } = groupDistributions(distributions, []);
    expect(groups.map(({ histogram }) => totalCount(histogram))).toEqual([7n]);
  });

  it('keeps counts past 2^53 exact', () => {
    const { distributions } = answer(
      byClient,
      drawn('zone=z1 pid=7 type=read client=0', 1024, '9007199254740993'),
    );
    expect(distributions.map(({ histogram }) => totalCount(histogram))).toEqual([9007199254740993n]);
  });

  it('answers in part where a histogram is cut, or dtrace lost something', () => {
    const text = drawn('zone=z1 pid=7 type=read client=0', 1024, '3');
    expect(answer(byClient, text.slice(0, -70)).issues.length).toBeGreaterThan(0);
    const lost = answer(byClient, text, 'dtrace: 12 dynamic variable drops with non-empty dirty list\n');
    expect(lost.issues).toMatchObject([{ code: 'drops' }]);
    expect(lost.distributions).toHaveLength(1);
  });

  it('that saw nothing has no distribution and no issue', () => {
    expect(answer(byClient, '\n')).toMatchObject({ distributions: [], issues: [] });
  });

  it('of volumes is limited by volume, others by PID', () => {
    expect([byVolume.takes, byClient.takes]).toMatchObject([
      { pid: 'no', volume: true },
      { pid: 'optional', volume: false },
    ]);
    const settings = { ...SETTINGS, seconds: 9, pid: 5, volume: 'v' };
    expect(byVolume.arguments(settings)).toEqual(['9', '0', 'v']);
    expect(byClient.arguments(settings)).toEqual(['9', '0', '5']);
    expect(byVolume.columns.map((column) => column.name)).toEqual(['zone', 'pid', 'type', 'volume']);
  });

  it('whose dtrace failed has no answer', () => {
    const reading = byClient.read(result('', 1, 'dtrace: failed to initialize dtrace\n'), SETTINGS);
    expect(reading).toMatchObject({ status: 'failure', error: { code: 'dtrace' } });
  });
});

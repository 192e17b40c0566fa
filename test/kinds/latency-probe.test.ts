import { describe, expect, it } from 'vitest';
import { totalCount } from '../../src/model/histogram.ts';
import type { ProbeSpec } from '../../src/model/probe.ts';
import { groupDistributions } from '../../src/distribution/distribution-group.ts';
import { latencyProbe } from '../../src/kinds/latency-probe.ts';
import { timed } from '../../src/kinds/latency-spec.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { result } from '../support/scripted-transport.ts';

const words = { name: 'x', summary: 'x', cost: 'x', provider: 'upstairs', about: [] } as const;
const byClient: ProbeSpec = latencyProbe({
  kind: 'latency',
  ...words,
  timed: timed(['read', 'write'], 'client', (type) => `ds-${type}-client`),
});
const byVolume: ProbeSpec = latencyProbe({
  kind: 'latency',
  ...words,
  timed: timed(['read'], 'volume', (type) => `volume-${type}`),
});
const inParts: ProbeSpec = latencyProbe({
  kind: 'latency-in-parts',
  ...words,
  provider: 'downstairs',
  timed: [{ type: 'read', taken: 'a', second: 'b', third: 'c', done: 'd' }],
});

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

  it('says how many samples could not be told apart, of how many, and reads the others', () => {
    const ambiguous = (type: string, count: number) => `zone=z1 pid=7 type=${type} ambiguous=${count}\n`;
    const text =
      drawn('zone=z1 pid=7 type=read client=0', 1024, '30') +
      ambiguous('read', 3) +
      drawn('zone=z1 pid=7 type=write client=2', 4096, '5') +
      ambiguous('write', 2);
    const { distributions, issues } = answer(byClient, text);
    expect(distributions.map(({ histogram }) => totalCount(histogram))).toEqual([30n, 5n]);
    expect(issues).toEqual([
      {
        code: 'ambiguous',
        message:
          '5 of 40 samples could not be told apart and are left out (disks of one process with the same job numbers)',
      },
    ]);
  });

  it('counts an IO that is timed in parts once among all', () => {
    const part = (n: number, count: string) => drawn(`zone=z1 pid=7 type=read part=${n}`, 1024, count);
    const text = `${part(1, '10')}${part(2, '8')}${part(3, '8')}zone=z1 pid=7 type=read ambiguous=2\n`;
    expect(answer(inParts, text).issues.map((issue) => issue.message)).toEqual([
      '2 of 12 samples could not be told apart and are left out (several upstairs of one region with the same job numbers)',
    ]);
  });

  it('whose dtrace failed has no answer', () => {
    const reading = byClient.read(result('', 1, 'dtrace: failed to initialize dtrace\n'), SETTINGS);
    expect(reading).toMatchObject({ status: 'failure', error: { code: 'dtrace' } });
  });
});

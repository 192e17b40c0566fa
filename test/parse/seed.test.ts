import { describe, expect, it } from 'vitest';
import type { Issue } from '../../src/model/issue.ts';
import { parseGuestCounts, parseVolumeCounts } from '../../src/parse/counts.ts';
import { parseHistograms } from '../../src/parse/histograms.ts';
import { parseProbeTable } from '../../src/parse/probe-samples.ts';
import { parseStatusDialects } from '../../src/pasted/status-dialects.ts';
import { fixture, fixturesIn } from './fixtures.ts';

interface Read {
  readonly issues: readonly Issue[];
  readonly other: readonly string[];
}

const table = (text: string): Read => parseProbeTable(text);
const histograms = (text: string): Read => parseHistograms(text, { pasted: true });

/** Every block of the seed's document that shows output, verbatim in `test/fixtures/seed`, and who reads it. */
const READERS: Readonly<Record<string, (text: string) => Read>> = {
  all_downstairs: table,
  downstairs_count: table,
  'get-ds-state': (text) => parseStatusDialects(text, 'ds-state'),
  'get-lr-state': (text) => parseStatusDialects(text, 'lr-state'),
  'perf-ds-net': histograms,
  'perf-vol': histograms,
  perfgw: histograms,
  single_up_info: table,
  sled_upstairs_info: table,
  'trace-vol': parseVolumeCounts,
  tracegw: parseGuestCounts,
  upstairs_action: table,
  upstairs_count: table,
  upstairs_info: table,
};

/** The one sample that its author cut: the last row of the last histogram has no count. */
const CUT = 'perfgw';

describe("the seed's samples", () => {
  it('are all here and all have a reader, those that are a command apart', () => {
    const samples = fixturesIn('seed').filter((name) => !name.endsWith('-command'));
    expect(samples).toEqual(Object.keys(READERS).sort());
  });

  it.each(Object.keys(READERS))('%s is read without an issue, the cut one apart', (name) => {
    const { issues } = READERS[name]!(fixture(`seed/${name}.txt`));
    expect(issues.map((issue) => issue.code)).toEqual(name === CUT ? ['warning'] : []);
  });

  it.each(fixturesIn('seed').filter((name) => name.endsWith('-command')))(
    '%s, a command without output, is no row and no reading of it throws',
    (name) => {
      for (const read of Object.values(READERS)) {
        const { issues, other } = read(fixture(`seed/${name}.txt`));
        expect(issues.length + other.length).toBe(1);
      }
    },
  );
});

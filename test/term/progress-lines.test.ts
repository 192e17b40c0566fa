import { describe, expect, it } from 'vitest';
import { foldRacks, plainProgress, rackLine, type RackProgress } from '../../src/term/progress-lines.ts';
import { answered, failed } from '../support/reports.ts';
import { makeSled } from '../support/sleds.ts';

const busy: RackProgress = {
  rack: '3',
  selected: 32,
  answered: 12,
  failed: 1,
  inFlight: [
    { sled: makeSled(4), stage: 'run' },
    { sled: makeSled(5), stage: 'run' },
    { sled: makeSled(6), stage: 'connect' },
  ],
};

describe('the line of a rack', () => {
  it('has the counts, the sleds in flight by stage, and the time', () => {
    expect(rackLine(busy, 2100, 100)).toBe(
      'rack 3: 12 of 32 answered, 1 failed · connecting 6 probing 4-5 · 2.1 s',
    );
  });

  it.each([80, 60, 50])('keeps within %d columns', (width) => {
    const inFlight = Array.from({ length: 32 }, (_, cubby) => ({
      sled: makeSled(cubby),
      stage: 'run' as const,
    }));
    const line = rackLine({ ...busy, inFlight }, 2100, width);
    expect(line.length).toBeLessThanOrEqual(width);
    expect(line).toContain('12 of 32 answered');
  });

  it('stands for several racks where there are too few lines', () => {
    const folded = foldRacks([busy, { ...busy, rack: '4', failed: 0, inFlight: [] }]);
    expect(rackLine(folded, 0, 80)).toContain('rack 3…4: 24 of 64 answered, 1 failed');
  });
});

describe('plain progress', () => {
  it('is a line for each sled', () => {
    const written: string[] = [];
    const progress = plainProgress((text) => written.push(text));
    progress.outcome(answered(14, []));
    progress.outcome(failed(17));
    expect(written).toEqual([
      '3/BRM42220014: 0 rows (3.1 s)',
      '3/BRM42220017: connect failed: no answer within 10.0 s (10.0 s)',
    ]);
  });
});

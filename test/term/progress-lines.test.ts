import { describe, expect, it } from 'vitest';
import {
  foldRacks,
  plainProgress,
  rackLine,
  type RackProgress,
  type StageTimes,
} from '../../src/term/progress-lines.ts';
import { answered, failed } from '../support/reports.ts';
import { makeSled } from '../support/sleds.ts';

const TIMES: StageTimes = {
  windowMs: 3000,
  limitMs: (_, stage) => ({ relay: 0, connect: 10_000, upload: 20_000, run: 23_000 })[stage],
};

const flying = (cubby: number, stage: 'connect' | 'run', stageMs = 0) => ({
  sled: makeSled(cubby),
  stage,
  stageMs,
});

const busy: RackProgress = {
  rack: '3',
  selected: 32,
  answered: 12,
  failed: 1,
  inFlight: [flying(4, 'run', 1000), flying(5, 'run', 1500), flying(6, 'connect', 1600)],
};

const line = (progress: RackProgress, change: Partial<Parameters<typeof rackLine>[1]> = {}) =>
  rackLine(progress, { elapsedMs: 2100, width: 100, unicode: true, times: TIMES, ...change });

describe('the line of a rack', () => {
  it('has the counts, the sleds in flight by stage, and what is left of the window', () => {
    expect(line(busy)).toBe(
      'rack 3: 12 of 32 answered, 1 failed · connecting 6, probing 4-5 · 2 s of the window left',
    );
    expect(line(busy, { unicode: false })).not.toMatch(/[^ -~]/);
  });

  it('names who holds the answer back once the windows are over, and for how long at most', () => {
    const inFlight = [flying(4, 'connect', 4100), flying(9, 'connect', 5000), flying(17, 'connect', 4500)];
    const late = { ...busy, answered: 29, failed: 0, inFlight };
    expect(line(late, { elapsedMs: 5200 })).toBe(
      'rack 3: 29 of 32 answered, up to 6 s more for 3/4, 3/9, 3/17 · 5.2 s',
    );
    const many = { ...late, inFlight: [0, 1, 2, 3, 4, 5, 7].map((cubby) => flying(cubby, 'run', 4000)) };
    expect(line(many, { elapsedMs: 5200 })).toContain('up to 19 s more for 3/[0-5,7]');
    expect(line({ ...late, inFlight: [flying(4, 'connect', 12_000)] }, { elapsedMs: 12_000 })).toContain(
      'still waiting for 3/4',
    );
  });

  it('names nobody while somebody is watched, or before anybody was slow', () => {
    expect(line(busy, { elapsedMs: 6000 })).not.toContain('more for');
    expect(line({ ...busy, inFlight: [flying(4, 'connect')] }, { elapsedMs: 500 })).not.toContain('more for');
  });

  it.each([80, 60, 50, 1])('keeps within %d columns', (width) => {
    const inFlight = Array.from({ length: 32 }, (_, cubby) => flying(cubby, 'run'));
    expect(line({ ...busy, inFlight }, { width }).length).toBeLessThanOrEqual(width);
  });

  it('stands for several racks where there are too few lines', () => {
    const folded = foldRacks([busy, { ...busy, rack: '4', failed: 0, inFlight: [] }]);
    expect(line(folded)).toContain('rack 3 to 4: 24 of 64 answered, 1 failed');
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

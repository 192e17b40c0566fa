import { describe, expect, it } from 'vitest';
import { pictureNow } from '../../src/cli/watch/watch-keep.ts';
import { apply, beginWatch } from '../../src/watch/apply.ts';
import { makeSled } from '../support/sleds.ts';
import { stateRow } from '../support/reports.ts';

const at = (seconds: number) => ({
  ms: seconds * 1000,
  wall: Date.parse('2026-11-27T06:00:00Z') + seconds * 1000,
});

describe('what a watch adds to the history', () => {
  it('is what is known now: what is stale, silent or lost was not seen, and is not gone', () => {
    const sleds = [0, 1, 2, 3].map((cubby) => makeSled(cubby));
    const [fresh, stale, lost] = sleds;
    const watched = beginWatch(sleds, at(0));
    for (const [n, sled] of [fresh!, stale!, lost!].entries()) {
      const running = [20_000 + n, 29_000 + n].map((pid) => ({
        zone: `zone-${pid}`,
        pid,
        command: 'propolis-server',
      }));
      apply(watched, { kind: 'begun', sled, program: 1, running, now: at(1) });
      const row = { ...stateRow(n, ['active', 'active', 'active'], ''), time_ns: '2000000000' };
      apply(watched, { kind: 'report', sled, program: 1, row, now: at(n === 0 ? 9 : 2) });
    }
    apply(watched, { kind: 'lost', sled: lost!, why: 'refused', againMs: 1000, now: at(5) });
    apply(watched, { kind: 'tick', now: at(10) });
    const picture = pictureNow(watched, at(10));
    expect([...picture.sleds.values()].map(({ seen, why }) => [seen, why])).toEqual([
      ['whole', null],
      ['part', 'cut'],
      ['nothing', 'connection_lost'],
      ['nothing', 'not_begun'],
    ]);
    expect(picture.sessions.map(({ who, condition }) => [who.sled, condition])).toEqual([
      [fresh!.id, 'active active active'],
    ]);
    expect(picture.mutes.map(({ who }) => who.pid)).toEqual([29_000, 29_001]);
  });
});

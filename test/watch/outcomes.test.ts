import { describe, expect, it } from 'vitest';
import { apply, beginWatch, selectAnew } from '../../src/watch/apply.ts';
import { outcomesNow } from '../../src/watch/outcomes.ts';
import { stateRow } from '../support/reports.ts';
import { makeSled } from '../support/sleds.ts';

const at = (seconds: number) => ({ ms: seconds * 1000, wall: seconds * 1000 });
const [one, two, three] = [makeSled(1), makeSled(2), makeSled(3)];

function watchedAt(seconds: number) {
  const watched = beginWatch([one, two, three], at(0));
  for (const [n, sled] of [one, two].entries()) {
    apply(watched, { kind: 'begun', sled, program: 1, running: null, now: at(seconds) });
    const row = { ...stateRow(n, ['active', 'faulted', 'active'], ''), time_ns: String(seconds * 1e9) };
    apply(watched, { kind: 'report', sled, program: 1, row, now: at(seconds) });
  }
  return watched;
}

describe('what a watch knows as outcomes', () => {
  it('has each sled once: what is silent has no states, and what is lost says where and how', () => {
    const watched = watchedAt(1);
    const failure = { stage: 'connect', code: 'refused' } as const;
    apply(watched, { kind: 'lost', sled: two, why: 'it refused', againMs: null, failure, now: at(9) });
    const outcomes = outcomesNow(watched, at(10));
    expect(outcomes.map(({ sled, status }) => [sled.id, status])).toEqual([
      [one.id, 'answered'],
      [two.id, 'failed'],
      [three.id, 'failed'],
    ]);
    expect(outcomes[0]).toMatchObject({
      rows: [
        {
          ds0: null,
          health: null,
          note: 'its last report came 9s ago: active/faulted/active (degraded) then',
        },
      ],
      issues: [{ message: '1 session is silent' }, { message: 'its processes could not be listed' }],
    });
    expect(outcomes[1]).toMatchObject({
      stage: 'connect',
      error: { code: 'refused', message: 'it refused' },
    });
    expect(outcomes[2]).toMatchObject({
      error: { code: 'not_begun', message: 'nothing was heard of it yet' },
    });
  });

  it('goes on with the sleds of another selection: what is known of those that are kept stays, and no other', () => {
    const watched = watchedAt(1);
    selectAnew(watched, [makeSled(4), two, one], new Set([one.id]), at(2));
    const known = outcomesNow(watched, at(2)).map((outcome) => [
      outcome.sled.cubby,
      outcome.status === 'answered' ? outcome.rows.length : outcome.error.code,
    ]);
    expect(known).toEqual([
      [4, 'not_begun'],
      [2, 'not_begun'],
      [1, 1],
    ]);
  });
});

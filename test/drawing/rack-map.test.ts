import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEALTHS } from '../../src/model/health.ts';
import { sessionHealth } from '../../src/model/health.ts';
import { downstairsPaint, statePaint } from '../../src/mail/mail-paint.ts';
import { legendOf, rackMap, rackMapLines, SLED_STATES, STATE_ORDER } from '../../src/drawing/rack-map.ts';
import { displayWidth } from '../../src/drawing/display-width.ts';
import { answered, failed, report, stateRow } from '../support/reports.ts';
import { RICH_REPORT } from '../support/rich-notice.ts';

const row = (n: number, health: string) => stateRow(n, ['active', 'active', 'active'], health);
const drops = { issues: [{ code: 'drops', message: 'dtrace: 12 drops' }] };
const stateOf = (outcome: ReturnType<typeof answered>) => rackMap(report([outcome]), '3').cubbies[1];

describe('the drawing of a rack', () => {
  it('stands as the rack does: two cubbies a row from the bottom, the switches in the middle', () => {
    expect(rackMapLines(rackMap(RICH_REPORT, '3'), new Set(['3/BRM42220014']))).toEqual([
      '+------------------------------+------------------------------+',
      '| 30 ok                        | 31 -                         |',
      '| 28 ok                        | 29 ok                        |',
      '| 26 ok                        | 27 ok                        |',
      '| 24 inactive                  | 25 down                      |',
      '| 22 //// no answer ////       | 23 degraded                  |',
      '| 20 //// no answer ////       | 21 //// no answer ////       |',
      '| 18 partial                   | 19 ok                        |',
      '| 16 ok                        | 17 repairing                 |',
      '+=================== switches, power shelf ===================+',
      '| 14 degraded <-- VM           | 15 ok                        |',
      '| 12 no upstairs               | 13 ok                        |',
      '| 10 ok                        | 11 ok                        |',
      '|  8 ok                        |  9 critical, partial         |',
      '|  6 ok                        |  7 ok                        |',
      '|  4 ok                        |  5 ok                        |',
      '|  2 no report                 |  3 ok                        |',
      '|  0 ok                        |  1 ok                        |',
      '+------------------------------+------------------------------+',
    ]);
  });

  it('keeps its shape whatever the state of a cubby, with a mark', () => {
    for (const health of HEALTHS) {
      const of = report([answered(1, [row(1, health)], drops), failed(2)]);
      const lines = rackMapLines(rackMap(of, '3'), new Set(['3/BRM42220001', '3/BRM42220002']));
      expect(new Set(lines.map(displayWidth))).toEqual(new Set([63]));
    }
  });

  it('has a legend of what occurs, worst first, with the cubbies where it matters', () => {
    expect(legendOf(rackMap(RICH_REPORT, '3')).map(({ state, which }) => [state, which])).toEqual([
      ['down', '1, cubby 25'],
      ['critical', '1, cubby 9'],
      ['degraded', '2, cubby 14,23'],
      ['no_report', '1, cubby 2'],
      ['no_answer', '3, cubby 20-22'],
      ['in_part', '2, cubby 9,18'],
      ['repairing', '1, cubby 17'],
      ['inactive', '1, cubby 24'],
      ['ok', '19'],
      ['no_upstairs', '1'],
      ['not_selected', '1'],
    ]);
  });

  it('is not drawn of a rack that was not asked', () => {
    expect(rackMapLines(rackMap(RICH_REPORT, '4'))).toEqual([]);
    expect(rackMap(RICH_REPORT, '4').elsewhere).toEqual([]);
  });
});

describe('what was seen of a sled', () => {
  it('is the worst of its sessions, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...HEALTHS), { minLength: 1, maxLength: 6 }), (healths) => {
        const worst = HEALTHS.find((health) => healths.includes(health));
        expect(
          stateOf(
            answered(
              1,
              healths.map((health, n) => row(n, health)),
            ),
          )?.state,
        ).toBe(worst);
      }),
    );
  });

  it('is never well where something of its answer is missing', () => {
    expect(stateOf(answered(1, [], drops))).toMatchObject({ state: 'in_part', partly: true });
    expect(stateOf(answered(1, [row(1, 'ok')], drops))).toMatchObject({ state: 'in_part', partly: true });
    expect(stateOf(answered(1, [row(1, 'inactive')], drops))?.state).toBe('in_part');
    expect(stateOf(answered(1, [row(1, 'degraded')], drops))).toMatchObject({
      state: 'degraded',
      partly: true,
    });
    // A row that nobody could judge.
    expect(stateOf(answered(1, [row(1, 'ok'), stateRow(2, ['', '', ''], '', { health: null })]))?.state).toBe(
      'in_part',
    );
  });

  it('is not what a process last said that ended within the window', () => {
    const exited = stateRow(1, ['faulted', 'offline', 'active'], 'critical', { note: 'process exited' });
    expect(stateOf(answered(1, [exited, row(2, 'ok')]))).toMatchObject({ state: 'ok', partly: false });
    expect(stateOf(answered(1, [exited]))?.state).toBe('no_upstairs');
  });

  it('tells a sled without upstairs from one that did not answer and from none', () => {
    expect(stateOf(answered(1, []))?.state).toBe('no_upstairs');
    expect(stateOf(failed(1))?.state).toBe('no_answer');
    expect(rackMap(report([failed(2)]), '3').cubbies[1]).toBeNull();
  });
});

describe('the states of a drawing', () => {
  it('differ by word, and are all in the order', () => {
    const states = Object.values(SLED_STATES);
    expect(new Set(states.map(({ word }) => word)).size).toBe(states.length);
    expect([...STATE_ORDER].sort()).toEqual(Object.keys(SLED_STATES).sort());
  });

  it('color a downstairs by what it means for its upstairs', () => {
    expect(downstairsPaint('active')).toBe(statePaint('ok'));
    expect(downstairsPaint('live_repair')).toBe(statePaint('repairing'));
    for (const state of ['faulted', 'offline', 'replaced', 'a_word_of_tomorrow']) {
      expect(sessionHealth([state, 'active', 'active'])).toBe('degraded');
      expect(downstairsPaint(state)).toBe(statePaint('critical'));
    }
  });
});

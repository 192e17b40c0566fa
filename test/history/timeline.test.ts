import { describe, expect, it } from 'vitest';
import type { SessionLife } from '../../src/history/chronicle.ts';
import { ASCII, timeline } from '../../src/history/timeline.ts';
import { whoOf } from './support/pictures.ts';

const MINUTE = 60_000;
const at = (minutes: number) => ({ seq: minutes, at: minutes * MINUTE });

/** Well for an hour, ill for half, and well again; looked at each five minutes until the second hour is over. */
const life: SessionLife = {
  id: 1,
  who: whoOf(0, '3/a', 0),
  spans: [
    { condition: 'active active active', from: at(0), before: null, last: at(55) },
    { condition: 'active faulted active', from: at(60), before: at(55), last: at(85) },
    { condition: 'active active active', from: at(90), before: at(85), last: at(120) },
  ],
  ended: null,
  growths: [],
  samples: [],
};

const draw = (width: number, until: number, gaps: Parameters<typeof timeline>[1] = []) =>
  timeline([life], gaps, { since: 0, now: until * MINUTE, width, palette: ASCII });

describe('timeline', () => {
  it('has the worst of each part of the time', () => {
    expect(draw(12, 120)).toBe('------ddd---');
    expect(draw(2, 120)).toBe('-d');
  });

  it('never shows as well what was not seen, nor what nobody has looked at since', () => {
    expect(draw(12, 120, [{ sled: '3/a', why: 'timeout', from: at(10), to: at(40) }])).toBe('-???--ddd---');
    expect(draw(12, 360)).toBe('--d----?????');
    expect(draw(12, 120, [{ sled: '3/b', why: 'timeout', from: at(10), to: null }])).toBe('------ddd---');
  });
});

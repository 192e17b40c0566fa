import { describe, expect, it } from 'vitest';
import { createArrivals } from '../../src/doctor/arrivals.ts';

describe('the time that a step took on a sled', () => {
  it('is from the answer before it to its own, all of its questions together', () => {
    let now = 100;
    const arrivals = createArrivals(() => now);
    const at = (ms: number, text: string) => {
      now = ms;
      arrivals.hear('3/a', text);
    };
    at(150, 'ask=clock at=x\nask=log');
    at(160, 'in uid=0\n');
    at(165, 'noise\nask=dtrace state=works\n');
    at(1165, 'ask=probes of=upstairs visible=1\n');
    at(1665, 'ask=probes of=downstairs visible=1\nask=end at=x\n');
    arrivals.hear('3/b', 'ask=sh text=ksh\n');
    expect([...arrivals.msOf('3/a', 100)]).toEqual([
      ['shell', 60],
      ['dtrace', 5],
      ['probes', 1500],
    ]);
    expect(arrivals.msOf('3/c', 100).size).toBe(0);
  });
});

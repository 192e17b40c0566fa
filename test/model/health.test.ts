import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STATE_WORDS } from '../../src/model/downstairs-state.ts';
import { HEALTHS, healthRank, needsAttention, sessionHealth } from '../../src/model/health.ts';

type States = [string, string, string];

describe('sessionHealth', () => {
  it.each<[States, string]>([
    [['active', 'active', 'active'], 'ok'],
    [['active', 'live_repair', 'active'], 'repairing'],
    [['live_repair_ready', 'active', 'active'], 'repairing'],
    [['reconcile', 'reconcile', 'reconcile'], 'repairing'],
    [['active', 'active', 'faulted'], 'degraded'],
    [['active', 'offline', 'active'], 'degraded'],
    [['replacing', 'active', 'active'], 'degraded'],
    [['active', 'live_repair', 'faulted'], 'degraded'],
    [['active', 'active', 'new'], 'degraded'],
    [['active', 'active', 'deactivated'], 'degraded'],
    [['active', 'active', 'unknown'], 'degraded'],
    [['active', 'faulted', 'offline'], 'critical'],
    [['faulted', 'faulted', 'faulted'], 'down'],
    [['new', 'new', 'faulted'], 'down'],
    [['new', 'new', 'new'], 'inactive'],
    [['wait_quorum', 'wait_quorum', 'new'], 'inactive'],
    [['deactivated', 'deactivated', 'deactivated'], 'inactive'],
    [['disabled', 'disabled', 'disabled'], 'inactive'],
    [['unknown', 'unknown', 'unknown'], 'down'],
  ])('%j is %s', (states, health) => {
    expect(sessionHealth(states)).toBe(health);
  });

  const state = fc.constantFrom(...STATE_WORDS, 'never_heard_of');

  it('does not depend on which downstairs is which', () => {
    fc.assert(
      fc.property(state, state, state, (a, b, c) => {
        expect(sessionHealth([b, c, a])).toBe(sessionHealth([a, b, c]));
        expect(sessionHealth([c, b, a])).toBe(sessionHealth([a, b, c]));
      }),
    );
  });

  it('is ok for three active downstairs and for nothing else', () => {
    fc.assert(
      fc.property(state, state, state, (a, b, c) => {
        expect(sessionHealth([a, b, c]) === 'ok').toBe(a === 'active' && b === 'active' && c === 'active');
      }),
    );
  });

  it('never gets better when a serving downstairs faults', () => {
    fc.assert(
      fc.property(state, state, (a, b) => {
        const before = healthRank(sessionHealth(['active', a, b]));
        expect(healthRank(sessionHealth(['faulted', a, b]))).toBeLessThanOrEqual(before);
      }),
    );
  });
});

describe('the order of healths', () => {
  it('is worst first, and what is not a health sorts last', () => {
    expect(HEALTHS[0]).toBe('down');
    expect(HEALTHS.at(-1)).toBe('ok');
    expect(healthRank(null)).toBe(HEALTHS.length);
  });

  it('counts everything but ok and inactive as needing attention', () => {
    expect(HEALTHS.filter((health) => !needsAttention(health))).toEqual(['inactive', 'ok']);
  });
});

import { describe, expect, it } from 'vitest';
import { createFactBase } from '../../src/facts/fact-base.ts';
import type { FactOf } from '../../src/facts/fact.ts';
import type { FactSet } from '../../src/facts/fact-set.ts';
import { endpointIn, type Endpoint } from '../../src/facts/values.ts';
import { effectOn } from '../../src/impact/effect.ts';
import { groundOf, type Ground, type Subject } from '../../src/impact/ground.ts';
import type { Copies, Running } from '../../src/impact/running.ts';
import { judge, type Coverage } from '../../src/impact/verdict.ts';

const SLED = { id: '3/A', rack: '3', name: 'A', serial: 'A', cubby: 17, labels: {}, host: '-' };
const WHOLE: Coverage = {
  selected: 4,
  notReached: 0,
  inPart: 0,
  notSelected: 0,
  isReached: true,
  answeredAs: null,
};
const POOLS = ['a0a0a0a0-0000-4000-8000-000000000001', 'a0a0a0a0-0000-4000-8000-000000000002'] as const;

/** `[fd00:…:117::5]:19000` on sled 17 (pool 0), `::6` (pool 1), others elsewhere. */
const at = (sled: number, pool = 0, port = 19_000): Endpoint => {
  const endpoint = endpointIn(`[fd00:1122:3344:1${sled}::${5 + pool}]:${port}`);
  if (endpoint === null) throw new Error('not an endpoint');
  return endpoint;
};

const service = (pool: 0 | 1, change: Partial<FactOf<'service'>> = {}): FactOf<'service'> => ({
  kind: 'service',
  region: `b0b0b0b0-0000-4000-8000-00000000000${pool}`,
  snapshot: null,
  sledSerial: 'A',
  sled: '3/A',
  zone: 'oxz_crucible_e0e0e0e0-0000-4000-8000-000000000006',
  state: 'online',
  since: null,
  address: at(17, pool).host,
  port: 19_000,
  pid: 1,
  pool: POOLS[pool],
  used: 1,
  connections: 1,
  ...change,
});

function ground(services = [service(0), service(1)], change: Partial<Subject> = {}, isNow = true): Ground {
  const set: FactSet = {
    source: 'live-sled',
    label: '3/A',
    asOf: 0,
    isFileTime: false,
    isNow,
    issues: [],
    facts: [{ kind: 'listed', sled: '3/A', sledSerial: 'A', isWhole: true }, ...services],
  };
  return groundOf(createFactBase([set]), { sled: SLED, text: '3/17', pools: null, ...change });
}

/** Copies on 3/17 (pool 0), and on sleds 18 and 19. */
const HERE: Copies = { endpoints: [at(17), at(18), at(19)], trusted: null };
const AWAY: Copies = { endpoints: [at(20), at(18), at(19)], trusted: null };

let count = 0;
function running(states: string, change: Partial<Running> = {}): Running {
  const [a = '', b = '', c = ''] = states.split(' ');
  count++;
  return {
    name: `upstairs${count}`,
    identity: `upstairs${count}`,
    sled: '3/B',
    zone: 'oxz_propolis-server_b',
    states: [a, b, c],
    doubt: null,
    copies: HERE,
    talksTo: null,
    repairs: [],
    ...change,
  };
}

const effect = (states: string, change: Partial<Running> = {}, on = ground()) => {
  const { word, keeps, there } = effectOn(running(states, change), on);
  return [word, keeps, there?.join(',') ?? '?'];
};

/** Of a whole fleet of these; the regions on the sled are the first one's where nothing else is said. */
const verdict = (all: readonly Running[], coverage: Partial<Coverage> = {}, on = ground([service(0)])) =>
  judge(
    on,
    all.map((each) => effectOn(each, on)),
    { ...WHOLE, ...coverage },
    { zones: [], unknown: 0 },
  );

describe('what becomes of an upstairs', () => {
  it.each([
    ['active active active', 'keeps_two', 2],
    // A copy there that is lost already takes nothing with it.
    ['offline active active', 'keeps_two', 2],
    ['offline faulted active', 'no_difference', 1],
    ['faulted faulted faulted', 'no_difference', 0],
    ['active faulted active', 'unsafe', 1],
    ['active offline offline', 'unsafe', 0],
    ['active live_repair active', 'wait', 1],
    ['active live_repair_ready active', 'wait', 1],
    ['active live_repair live_repair', 'wait', 0],
    // One in repair and one gone: the repair alone does not make two.
    ['active live_repair faulted', 'unsafe', 0],
    // The repair to the sled would stop, and nothing else brings a second copy back.
    ['live_repair active faulted', 'unsafe', 1],
    ['live_repair active active', 'keeps_two', 2],
    ['reconcile reconcile reconcile', 'wait', 0],
    ['new wait_quorum new', 'idle', 0],
    // A replacement that has not begun to repair brings nothing back yet.
    ['active replaced active', 'unsafe', 1],
  ] as const)('%s, the first there: %s, keeping %i', (states, word, keeps) => {
    expect(effect(states).slice(0, 2)).toEqual([word, keeps]);
  });

  it('is nothing where it has no copy there, and a name where it has too few anyway', () => {
    expect(effect('active active active', { copies: AWAY })).toEqual(['untouched', 3, '']);
    expect(effect('active faulted offline', { copies: AWAY })).toEqual(['no_difference', 1, '']);
  });

  it('takes every copy that is there, should it hold two', () => {
    const copies = { endpoints: [at(17), at(17, 1), at(19)] as const, trusted: null };
    expect(effect('active active active', { copies })).toEqual(['unsafe', 1, '0,1']);
  });

  it('is not known without its copies or a report of now, unless nothing of it can be lost there', () => {
    const copies = { unknown: '--no-http' };
    expect(effect('active active active', { copies })).toEqual(['unknown', null, '?']);
    expect(effect('active active active', { doubt: 'its last report is old' })[0]).toBe('unknown');
    expect(effect('active active active', { doubt: 'its last report is old', copies: AWAY })[0]).toBe(
      'untouched',
    );
    expect(effectOn(running('', { states: null, doubt: 'it did not report' }), ground()).word).toBe(
      'unknown',
    );
    expect(effect('faulted offline faulted', { copies })[0]).toBe('no_difference');
    expect(effect('new new new', { copies })[0]).toBe('idle');
    expect(effect('active active active', { copies }, ground([]))[0]).toBe('untouched');
  });

  it('is nothing where its zone talks to other sleds alone, and unknown where it talks to this one', () => {
    const copies = { unknown: 'a pantry is not asked' };
    const talksTo = (...sleds: readonly number[]) => new Set(sleds.map((sled) => `fd00:1122:3344:1${sled}`));
    expect(effect('active active active', { copies, talksTo: talksTo(18, 19) })[0]).toBe('untouched');
    expect(effect('active active active', { copies, talksTo: talksTo(17, 19) })[0]).toBe('unknown');
  });

  it('of a disk: only what is in its pool goes', () => {
    const part = (pool: 0 | 1) => ground(undefined, { pools: new Set([POOLS[pool]]) });
    expect(effect('active faulted active', {}, part(0))[0]).toBe('unsafe');
    // Its other copies are two, one of them lost: without a copy there it loses nothing.
    expect(effect('active faulted active', {}, part(1))).toEqual(['untouched', 2, '']);
    // A port that the sled lists for no region is of no pool.
    const strange = { endpoints: [at(17, 0, 19_007), at(18), at(19)] as const, trusted: null };
    expect(effect('active active active', { copies: strange }, part(0))[0]).toBe('unknown');
  });

  it('knows a port by the service that has it now, not by what a deleted region left behind', () => {
    const gone = service(1, { state: 'disabled', address: at(17).host });
    const on = ground([service(0), gone], { pools: new Set([POOLS[0]]) });
    expect(effect('active faulted active', {}, on)[0]).toBe('unsafe');
  });
});

describe('the verdict', () => {
  it('is safe where all keep two, and wait, with the time, where repairs elsewhere bring a copy back', () => {
    const fine = running('active active active');
    expect(verdict([fine])).toMatchObject({
      word: 'safe',
      text: 'every running upstairs keeps two; no VM runs on 3/17',
    });
    const eta = { downstairs: 1, eta: '14m to 22m', least: 840, most: 1320 } as const;
    const repaired = running('active live_repair active', { repairs: [eta] });
    expect(verdict([fine, repaired]).text).toBe(
      '1 upstairs would keep one copy (1 in repair, ETA 14m to 22m); 1 repair may read from it; no VM runs on 3/17',
    );
    const waiting = verdict([repaired, running('active live_repair_ready active')]);
    expect([waiting.word, waiting.text]).toEqual([
      'wait',
      expect.stringContaining('2 upstairs would keep one copy (1 in repair, 1 ready for it, ETA 14m to 22m)'),
    ]);
  });

  it('is unsafe where one copy too few is certain, whatever else is unknown', () => {
    const all = [
      running('active faulted active'),
      running('active active active', { copies: { unknown: 'x' } }),
    ];
    const { word, text } = verdict(all, { notReached: 2 });
    expect(word).toBe('unsafe');
    expect(text).toContain('would keep one copy (upstairs');
    expect(text).toContain('besides unknown: 2 of 4 sleds not reached, 1 upstairs without facts (x)');
  });

  it.each([
    [{ notReached: 2 }, '2 of 4 sleds not reached'],
    [{ inPart: 1 }, '1 of 4 sleds gave a partial answer'],
    [{ notSelected: 3 }, '3 sleds of rack 3 not selected'],
    [{ isReached: false, notReached: 1 }, '3/17 itself did not answer, 1 of 4 sleds not reached'],
    [{ answeredAs: 'BRM1' }, 'the sled that answered as 3/17 is BRM1'],
  ])('is unknown with %j', (coverage, text) => {
    const { word, text: said } = verdict([running('active active active')], coverage);
    expect([word, said.split('; ')[0]]).toEqual(['unknown', text]);
  });

  it('is unknown, not wait, while anything is unknown', () => {
    expect(verdict([running('active live_repair active')], { notReached: 1 }).word).toBe('unknown');
  });

  it('names what has too few copies anyway, which makes no difference', () => {
    const low = running('active faulted offline', { copies: AWAY });
    const { word, text } = verdict([low, running('active active active')]);
    expect(word).toBe('safe');
    expect(text).toContain('every other running upstairs keeps two; 1 upstairs has one copy or none already');
    expect(text).toContain(`(${low.name})`);
  });

  it('counts two sessions of one upstairs, as during a migration, once', () => {
    const one = running('active faulted active');
    const two = { ...running('active faulted active'), identity: one.identity };
    expect(verdict([one, two]).text).toContain('1 upstairs would keep one copy');
  });

  it('does not judge regions that nobody uses, and says so', () => {
    const idle = service(1, { connections: 0 });
    const { word, text, idleRegions } = verdict(
      [running('active active active')],
      {},
      ground([service(0), idle]),
    );
    expect([word, idleRegions]).toEqual(['safe', 1]);
    expect(text).toContain('1 region there of disks without a running upstairs not judged');
  });

  it('is unknown where somebody talks to a region, and no upstairs that was seen does', () => {
    const on = ground([service(0), service(1)]);
    const { word, text } = verdict([running('active active active')], {}, on);
    expect(word).toBe('unknown');
    expect(text).toContain('1 of its regions serves an upstairs that was not seen');
  });

  it('is unknown where the address of a region there could not be read', () => {
    const on = ground([service(0), service(1, { address: null, connections: 0 })]);
    expect(verdict([running('active active active')], {}, on).word).toBe('unknown');
  });

  it('says what it takes from exports, and how old that is', () => {
    const copies = { ...HERE, trusted: '12m old' };
    expect(verdict([running('active active active', { copies })]).text).toContain(
      '1 upstairs by exports, 12m old (--trust-facts)',
    );
  });

  it('of a sled that lists its regions no more is by what is kept of them, and never safe', () => {
    const on = ground([service(0)], {}, false);
    const unsafe = verdict([running('active faulted active')], { isReached: false, notReached: 1 }, on);
    expect(unsafe.word).toBe('unsafe');
    const safe = verdict([running('active active active')], { isReached: false, notReached: 1 }, on);
    expect(safe.word).toBe('unknown');
  });
});

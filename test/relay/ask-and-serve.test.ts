import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FleetError } from '../../src/model/error.ts';
import { askSites } from '../../src/relay/ask-sites.ts';
import type { Question } from '../../src/relay/question.ts';
import type { ServedQuestion, ServeSettings } from '../../src/relay/serve-settings.ts';
import { serveSite } from '../../src/relay/serve-site.ts';
import type { SiteEnd } from '../../src/relay/site-end.ts';
import { sized } from '../support/sized.ts';
import { makeBus, type Bus } from './support/bus.ts';

const NOW = Date.parse('2026-11-28T12:00:00.000Z');
const RUN = '0123456789ab';
/** Of 30 sites one is silent. */
const MANY = sized(60, 300);

function question(change: Partial<Question> = {}): Question {
  return {
    schema: 'cruc-fleet/question/v1',
    version: '0.1.0',
    run: RUN,
    asked_at: new Date(NOW).toISOString(),
    start_by: new Date(NOW + 10_000).toISOString(),
    deadline: new Date(NOW + 60_000).toISOString(),
    probe: 'ds-state',
    settings: { seconds: 3, interval: 0, pid: null, volume: null, totals: false, rates: false },
    selection: { racks: [], sleds: [], exclude: [], labels: [], shard: null },
    only: null,
    ...(change as object),
  };
}

const SLED = { id: '3/BRM1', rack: '3', name: 'BRM1', serial: 'BRM1', cubby: 1 };

/** A runner on a bus, which counts how often sleds are asked. */
function runnerOn(
  bus: Bus,
  site: string,
  change: Partial<ServeSettings> = {},
  json = '{}',
  maxPayload?: number,
) {
  const served: ServedQuestion[] = [];
  const asked = { times: 0 };
  serveSite(bus.wire(maxPayload), {
    site,
    runner: 'one',
    version: '0.1.0',
    allows: () => true,
    atOnce: 1,
    now: () => new Date(NOW),
    elapsed: () => performance.now(),
    plan: async () => ({
      selection: 'all sleds',
      sleds: [SLED],
      answer: async () => {
        asked.times += 1;
        return { json, notes: ['a note'] };
      },
    }),
    onServed: (end) => served.push(end),
    ...change,
  });
  return { served, asked };
}

async function ask(
  bus: Bus,
  sites: readonly string[],
  change: Partial<Question> = {},
  more: { readonly silentAfterMs?: number; readonly version?: string; readonly signal?: AbortSignal } = {},
): Promise<ReadonlyMap<string, SiteEnd>> {
  const ends = new Map<string, SiteEnd>();
  await askSites(bus.wire(), sites, {
    asker: 'me',
    version: '0.1.0',
    silentAfterMs: 60_000,
    now: () => new Date(NOW),
    elapsed: () => performance.now(),
    signal: new AbortController().signal,
    ending: () => ({ state: 'deadline', reason: 'it passed' }),
    questionFor: () => question(change),
    onProgress: () => {},
    onEnd: (end) => ends.set(end.site, end),
    ...more,
  });
  return ends;
}

describe('a site that is asked', () => {
  it('answers with its report and notes, and one without a runner is known at once', async () => {
    const bus = makeBus();
    runnerOn(bus, 'west', {}, '{"a":1}');
    const ends = await ask(bus, ['west', 'east']);
    expect(ends.get('west')).toMatchObject({
      state: 'answered',
      report: '{"a":1}',
      notes: ['a note'],
      sleds: [SLED],
      clockAheadMs: null,
    });
    expect(ends.get('east')).toMatchObject({ state: 'no_runner', sleds: null, report: null });
  });

  it('gives the same answer to a question that comes again, and asks its sleds once', async () => {
    const bus = makeBus();
    const { asked, served } = runnerOn(bus, 'west', {}, '{"a":1}');
    const first = await ask(bus, ['west']);
    const again = await ask(bus, ['west']);
    expect(again.get('west')?.report).toBe(first.get('west')?.report);
    expect(asked.times).toBe(1);
    expect(served.map(({ end }) => end)).toEqual(['answered', 'repeated']);
    const other = await ask(bus, ['west'], { probe: 'check' });
    expect(other.get('west')).toMatchObject({
      state: 'refused',
      reason: `the run id ${RUN} was used for another question`,
    });
  });

  it('is asked once by two copies that reach two of its runners at the same moment', async () => {
    const bus = makeBus();
    const whole: string[] = [];
    const runner = (name: string) =>
      runnerOn(bus, 'west', {
        runner: name,
        plan: async () => ({
          selection: 'all sleds',
          sleds: [SLED],
          answer: async ({ stop }) => {
            await Promise.race([
              pause(50),
              new Promise((resolve) => stop.addEventListener('abort', resolve)),
            ]);
            if (!stop.aborted) whole.push(name);
            return { json: '{"a":1}', notes: [] };
          },
        }),
      });
    const runners = [runner('one'), runner('two')];
    const ends = await ask(bus, ['west']);
    expect(ends.get('west')).toMatchObject({ state: 'answered', report: '{"a":1}' });
    expect(whole).toHaveLength(1);
    const served = () => runners.flatMap((each) => each.served.map(({ end }) => end)).toSorted();
    await expect.poll(served).toEqual(['answered', 'repeated']);
  });

  it('gives the answer of the runner that has it, where the question comes again to one that began later', async () => {
    const bus = makeBus();
    const first = runnerOn(
      bus,
      'west',
      { elapsed: () => performance.now() + 10 * whenAgain },
      '{"by":"one"}',
    );
    let whenAgain = 0;
    await ask(bus, ['west']);
    whenAgain = 1000;
    const second = runnerOn(bus, 'west', { runner: 'two' }, '{"by":"two"}');
    const again = await ask(bus, ['west']);
    expect(again.get('west')?.report).toBe('{"by":"one"}');
    expect(first.asked.times).toBe(1);
    // The asker has its answer before the other runner knows that it was not needed.
    await expect.poll(() => second.served.map(({ end }) => end)).toEqual(['repeated']);
  });

  it.each<[string, Partial<ServeSettings>, object, string, RegExp]>([
    ['a probe that it does not allow', { allows: () => false }, {}, 'refused', /does not allow ds-state/],
    ['more questions than it takes', { atOnce: 0 }, {}, 'busy', /as many as it takes/],
    [
      'a question that comes too late',
      { now: () => new Date(NOW + 11_000) },
      {},
      'expired',
      /was to begin by .* clock says/,
    ],
    [
      'a newer schema',
      {},
      { schema: 'cruc-fleet/question/v3' },
      'refused',
      /is of version 3, and the cruc-fleet that got it reads up to 2; update that one/,
    ],
    ['a word that it does not know', {}, { argv: ['sh'] }, 'refused', /not valid: .*argv/],
    ['an asker that is too old', { version: '0.3.0' }, {}, 'refused', /update the cruc-fleet that asks/],
    ['an asker that is too new', {}, { version: '0.3.0' }, 'refused', /update the site's runner/],
    [
      'a selection that leaves nothing',
      { plan: async () => ({ why: 'nothing_selected', reason: 'no rack 9' }) },
      {},
      'nothing_selected',
      /no rack 9/,
    ],
  ])('says why it does not answer: %s', async (_, settings, change, state, reason) => {
    const bus = makeBus();
    const { asked } = runnerOn(bus, 'west', settings);
    const end = (await ask(bus, ['west'], change)).get('west');
    expect(end).toMatchObject({ state, reason: expect.stringMatching(reason), report: null });
    expect(asked.times).toBe(0);
  });

  it.each(['0.0.9', '0.2.7'])(
    'answers an asker of a minor version beside its own, as %s',
    async (version) => {
      const bus = makeBus();
      runnerOn(bus, 'west', { version });
      expect((await ask(bus, ['west'])).get('west')?.state).toBe('answered');
    },
  );

  it.each([60_000, -60_000])('answers though its clock is off by %d ms, which is told', async (off) => {
    const bus = makeBus();
    runnerOn(bus, 'west', { now: () => new Date(NOW + off) });
    const start_by = new Date(NOW + 120_000).toISOString();
    const end = (await ask(bus, ['west'], { start_by })).get('west');
    expect(end).toMatchObject({ state: 'answered', clockAheadMs: off });
  });

  it('is refused by the hub where these credentials may not ask it', async () => {
    const bus = makeBus();
    bus.refuses = (subject) => subject.startsWith('cruc.v1.ask.west.');
    expect((await ask(bus, ['west'])).get('west')).toMatchObject({
      state: 'refused',
      reason: expect.stringMatching(/the hub does not permit/),
    });
  });

  it.concurrent('that hears nothing is not reached, and one that falls silent after it accepted is told from it', async ({
    expect,
  }) => {
    const bus = makeBus();
    bus.drops = ({ subject }) => subject.startsWith('cruc.v1.ask.cut.');
    runnerOn(bus, 'cut');
    runnerOn(bus, 'frozen', {
      plan: async () => ({ selection: 'all sleds', sleds: [SLED], answer: () => new Promise(() => {}) }),
    });
    // Its progress does not come, which a dead runner would not send.
    const ends = await ask(bus, ['cut', 'frozen'], {}, { silentAfterMs: 1500 });
    expect(ends.get('cut')).toMatchObject({ state: 'not_reached', sleds: null });
    expect(ends.get('frozen')).toMatchObject({
      state: 'silent',
      sleds: [SLED],
      reason: expect.stringMatching(/0 of 1 sleds had answered/),
    });
    const told = () => bus.published.filter(({ subject }) => subject === 'cruc.v1.tell.frozen.me');
    // Should it wake up, nobody waits for its sleds.
    await expect.poll(() => told().length).toBe(1);
  });

  it.concurrent('whose parts never come whole is partial, and is not taken for an answer', async () => {
    const bus = makeBus();
    const json = JSON.stringify(randomBytes(300 * 1024).toString('base64'));
    runnerOn(bus, 'west', {}, json, 64 * 1024);
    bus.drops = ({ part }) => part === 2;
    const end = (await ask(bus, ['west'], {}, { silentAfterMs: 1500 })).get('west');
    expect(end).toMatchObject({
      state: 'partial',
      report: null,
      reason: expect.stringMatching(/^\d of \d parts/),
    });
  });

  it('that cannot be asked so says why, and its runner goes on', async () => {
    const bus = makeBus();
    const failing = async () => {
      throw new FleetError('usage', 'the probe ds-state cannot be limited to a PID');
    };
    const { served } = runnerOn(bus, 'west', {
      plan: async () => ({ selection: 'all sleds', sleds: [SLED], answer: failing }),
    });
    expect((await ask(bus, ['west'])).get('west')).toMatchObject({
      state: 'failed',
      reason: 'the probe ds-state cannot be limited to a PID',
    });
    expect(served).toMatchObject([{ end: 'failed' }]);
  });

  it('sends 5 MB in parts that the hub takes, and a part that was lost once comes again', async () => {
    const bus = makeBus();
    const json = JSON.stringify(randomBytes(5 * 1024 * 1024).toString('base64'));
    const { asked } = runnerOn(bus, 'west', {}, json, 64 * 1024);
    let lost = 0;
    bus.drops = ({ part }) => part === 7 && lost++ === 0;
    const end = (await ask(bus, ['west'], {}, { silentAfterMs: 5000 })).get('west');
    expect(end?.state).toBe('answered');
    expect(end?.report).toBe(json);
    expect({ lost: lost > 0, asked: asked.times }).toEqual({ lost: true, asked: 1 });
  });

  it('is told to stop when the run ends before its answer', async () => {
    const bus = makeBus();
    const stop = new AbortController();
    let stopped = false;
    runnerOn(bus, 'west', {
      plan: async () => ({
        selection: 'all sleds',
        sleds: [SLED],
        answer: async ({ stop: told }) => {
          setImmediate(() => setImmediate(() => stop.abort()));
          await new Promise<void>((resolve) => told.addEventListener('abort', () => resolve()));
          stopped = true;
          return { json: '{}', notes: [] };
        },
      }),
    });
    const end = (await ask(bus, ['west'], {}, { signal: stop.signal })).get('west');
    expect(end).toMatchObject({ state: 'deadline', sleds: [SLED] });
    await expect.poll(() => stopped).toBe(true);
  });

  it(`is one of ${MANY} that are each told by name, some of them silent`, async () => {
    const bus = makeBus();
    const sites = Array.from({ length: MANY }, (_, n) => `site${n}`);
    for (const [n, site] of sites.entries()) if (n % 30 !== 0) runnerOn(bus, site);
    const silent = bus.wire();
    for (const [n, site] of sites.entries())
      if (n % 30 === 0) silent.subscribe(`cruc.v1.ask.${site}.*.*`, () => {});
    const ends = await ask(bus, sites, {}, { silentAfterMs: sized(3000, 30_000) });
    const count = (state: string) => [...ends.values()].filter((end) => end.state === state).length;
    expect([ends.size, count('answered'), count('not_reached')]).toEqual([MANY, (MANY / 30) * 29, MANY / 30]);
  });
});

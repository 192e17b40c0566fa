import { describe, expect, it } from 'vitest';
import { createFollowedSite } from '../../src/cli/sites/followed-site.ts';
import { openSiteLive } from '../../src/cli/sites/site-live.ts';
import type { FleetQuestion } from '../../src/cli/sites/site-question.ts';
import { tellRows } from '../../src/cli/sites/tell-rows.ts';
import type { ProbeSpec } from '../../src/model/probe.ts';
import { packNews, readReply } from '../../src/relay/messages.ts';
import type { NewsItem } from '../../src/relay/news.ts';
import type { Question } from '../../src/relay/question.ts';
import { endWithout } from '../../src/relay/site-end.ts';
import { apply, beginWatch } from '../../src/watch/apply.ts';
import type { WatchEvent } from '../../src/watch/event.ts';
import { makeSled } from '../support/sleds.ts';

const SLED = { id: '3/BRM1', rack: '3', name: 'BRM1', serial: 'BRM1', cubby: 1 };
const ACTIVE = {
  zone: 'z',
  pid: 1,
  upstairs_id: 'u',
  session_id: 's',
  ds0: 'active',
  ds1: 'active',
  ds2: 'active',
};
const at = (ms: number) => ({ ms, wall: ms });

describe('a site whose sleds are watched', () => {
  it('has one sled for all that are not known, and is heard again after its runner was another one', () => {
    const site = createFollowedSite('west');
    const watched = beginWatch(site.sleds(), at(0));
    const take = (events: readonly WatchEvent[]) => events.flatMap((event) => apply(watched, event));
    const become = (ms: number) => take([{ kind: 'sleds', sleds: site.sleds(), now: at(ms) }]);
    const none = endWithout('west', 'no_runner', 'none runs');
    expect(take(site.lost(none, 1000, at(0)))).toMatchObject([
      { what: 'lost', text: 'west:?/? not watched: site west has no runner: none runs' },
    ]);
    const report = (program: number, ms: number, row = {}) =>
      take(site.heard({ kind: 'row', sled: SLED.id, program, row: { ...ACTIVE, ...row } }, at(ms)));
    const begun = (ms: number) =>
      take(site.heard({ kind: 'begun', sled: SLED.id, program: 1, running: [] }, at(ms)));
    site.accepted([SLED]);
    become(10);
    expect([...watched.sleds.keys()]).toEqual(['west:3/BRM1']);
    begun(20);
    expect(report(1, 30)).toMatchObject([{ what: 'seen', sled: 'west:3/BRM1' }]);
    report(7, 40);
    take(site.lost(endWithout('west', 'silent', 'nothing came'), 1000, at(50)));
    expect(watched.sleds.get('west:3/BRM1')).toMatchObject({
      state: 'lost',
      failure: { stage: 'relay', code: 'not_tried' },
    });
    // Its programs are counted from 1 on again, and are newer.
    site.accepted([SLED]);
    become(60);
    expect(begun(70)).toMatchObject([{ what: 'back' }]);
    expect(report(1, 80, { ds1: 'faulted' })).toMatchObject([
      { what: 'changed', to: 'active/faulted/active' },
    ]);
    // Nothing is heard of it for a while: that is said of its sled, and of no session.
    expect(take(site.quiet('nothing was heard for 3s', at(3100)))).toMatchObject([
      { what: 'lost', text: 'west:3/1 not watched: site west: nothing was heard for 3s' },
    ]);
    expect(take([{ kind: 'tick', now: at(5000) }])).toEqual([]);
    expect(take(site.heardAgain(at(5100)))).toMatchObject([{ what: 'back' }]);
    expect(report(1, 5100, { ds1: 'faulted' })).toEqual([]);
    expect(take(site.heard({ kind: 'doubt', sled: 'never named', what: 'x' }, at(90)))).toEqual([]);
  });

  it('that has none of the sleds is said once, and is not a sled that is lost', () => {
    const site = createFollowedSite('west');
    const none = endWithout('west', 'nothing_selected', 'no rack 9');
    expect(site.lost(none, 1000, at(0))).toMatchObject([
      { kind: 'doubt', what: expect.stringMatching(/no rack 9/) },
    ]);
    expect(site.lost(none, 1000, at(1))).toEqual([]);
    expect(site.sleds()).toEqual([]);
    expect(site.lost(endWithout('west', 'silent', 'x'), 1000, at(2))).toHaveLength(1);
  });
});

describe('a run of sites that is shown as it goes on', () => {
  it('is not whole where rows did not come that nothing shows again', () => {
    const question = { sites: ['west', 'east'], text: 'all', forSite: () => ({}) };
    const known = { of: () => null, about: () => '' };
    const clocks = { elapsed: () => 0, now: () => new Date(0) };
    const live = openSiteLive(question as unknown as FleetQuestion, known, { onRows() {} }, clocks);
    const answer = (rack: string) => ({
      status: 'answered' as const,
      sled: makeSled(1, { rack }),
      elapsedMs: 0,
      via: null,
      rows: [],
      distributions: [],
      text: '',
      warnings: [],
      issues: [],
    });
    const outcomes = [answer('west:3'), answer('east:3')];
    expect(live.withMissed(outcomes)).toBe(outcomes);
    live.follow('west').onMissed('3 reports were left out');
    expect(live.withMissed(outcomes)).toMatchObject([
      { issues: [{ code: 'cut', message: 'rows of its site are missing: 3 reports were left out' }] },
      { issues: [] },
    ]);
  });

  it('shows intervals of distributions as they were read at the site', () => {
    const read = {
      time: '12:00:04',
      distributions: [
        {
          keys: { pid: 7, type: 'read' },
          histogram: {
            shape: 'quantize',
            buckets: [
              { low: null, high: -1n, count: 1n },
              { low: 2n ** 60n, high: 2n ** 61n - 1n, count: 2n ** 62n },
            ],
          },
        },
      ],
    };
    const probe = { intervals: () => ({ push: () => [read] }) };
    const items: NewsItem[] = [];
    const told = tellRows(
      probe as unknown as ProbeSpec,
      { settings: { interval: 4 } } as unknown as Question,
      (item) => items.push(item),
      { elapsed: () => 0, now: () => new Date(0) },
    );
    told?.settings.onText?.(makeSled(1, { id: SLED.id }), 'printed');
    const news = items.map((item) => ({ age_ms: 0, item }));
    const who = { runner: 'one', version: '0.1.0', now: '2026-11-28T12:00:00.000Z' };
    const reply = readReply(
      packNews(JSON.stringify({ type: 'news', ...who, seq: 1, skipped: 0, items: news })),
    );
    if (!reply.ok || reply.value.type !== 'news') throw new Error(JSON.stringify(reply));
    const shown: unknown[] = [];
    const question = { sites: ['west'], text: 'all', forSite: () => ({}) };
    const live = openSiteLive(
      question as unknown as FleetQuestion,
      { of: () => null, about: () => '' },
      { onInterval: ({ id }, interval) => shown.push([id, interval]) },
      { elapsed: () => 0, now: () => new Date(0) },
    );
    live.follow('west').onAccepted([SLED]);
    live.follow('west').onNews(reply.value.items.map(({ item }) => ({ item, ageMs: 0 })));
    expect(shown).toEqual([['west:3/BRM1', read]]);
    live.follow('west').onMissed('2 reports were left out');
    expect(live.notes()).toEqual(['site west: not all was shown as it came: 2 reports were left out']);
  });
});

import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HeardNews } from '../../src/relay/news-ear.ts';
import { followSites } from '../../src/relay/follow-sites.ts';
import { questionHead, type Question } from '../../src/relay/question.ts';
import type { RunOfSite, ServedQuestion, ServeSettings } from '../../src/relay/serve-settings.ts';
import { serveSite } from '../../src/relay/serve-site.ts';
import type { SiteEnd } from '../../src/relay/site-end.ts';
import { makeBus, type Bus } from './support/bus.ts';

const SLED = { id: '3/BRM1', rack: '3', name: 'BRM1', serial: 'BRM1', cubby: 1 };
/** The clocks of both ends count from another moment. */
const RUNNER_AHEAD_MS = 7_000_000;

let runs = 0;

function question(): Question {
  const at = Date.now();
  runs += 1;
  return {
    ...questionHead(true),
    version: '0.1.0',
    run: runs.toString(16).padStart(12, '0'),
    asked_at: new Date(at).toISOString(),
    start_by: new Date(at + 10_000).toISOString(),
    deadline: new Date(at + 3_600_000).toISOString(),
    probe: 'watch',
    settings: { seconds: 1, interval: 0, pid: null, volume: null, totals: false, rates: false },
    selection: { racks: [], sleds: [], exclude: [], labels: [], shard: null },
    only: null,
  };
}

/** A runner that watches until it is stopped, and what it is told to say. */
function runnerOn(bus: Bus, site: string, change: Partial<ServeSettings> = {}, maxPayload?: number) {
  const served: ServedQuestion[] = [];
  const watching: RunOfSite[] = [];
  const elapsed = () => Date.now() + RUNNER_AHEAD_MS;
  const serving = serveSite(bus.wire(maxPayload), {
    site,
    runner: 'one',
    version: '0.1.0',
    allows: () => true,
    atOnce: 1,
    now: () => new Date(),
    elapsed,
    plan: async () => ({
      selection: 'all sleds',
      sleds: [SLED],
      answer: async (run) => {
        watching.push(run);
        await new Promise((resolve) => run.stop.addEventListener('abort', resolve));
        watching.splice(watching.indexOf(run), 1);
        return null;
      },
    }),
    onServed: (end) => served.push(end),
    ...change,
  });
  const say = (what: string, agoMs = 0, key: string | null = null) =>
    watching[0]?.tell?.({ kind: 'doubt', sled: SLED.id, what }, elapsed() - agoMs, key);
  return { served, watching, say, serving };
}

/** Somebody who follows sites, and what is heard of them. */
function follow(bus: Bus, sites: readonly string[]) {
  const stop = new AbortController();
  const heard: HeardNews[] = [];
  const accepted: string[] = [];
  const missed: string[] = [];
  const quiet: string[] = [];
  const lost: SiteEnd[] = [];
  const ended = followSites(bus.wire(), sites, {
    asker: 'me',
    version: '0.1.0',
    silentAfterMs: 10_000,
    now: () => new Date(),
    elapsed: () => Date.now(),
    random: () => 0.5,
    pause: (ms, signal) =>
      new Promise((resolve) => {
        const over = () => {
          signal.removeEventListener('abort', over);
          resolve();
        };
        setTimeout(over, ms);
        signal.addEventListener('abort', over);
      }),
    signal: stop.signal,
    ending: () => ({ state: 'interrupted', reason: 'ended' }),
    questionFor: question,
    onProgress() {},
    follow: (site) => ({
      onAccepted: () => accepted.push(site),
      onNews: (news) => heard.push(...news),
      onQuiet: (reason) => quiet.push(reason),
      onHeard: () => quiet.push('heard'),
      onMissed: (what) => missed.push(what),
    }),
    onLost: (end) => lost.push(end),
    onEnd() {},
  });
  const texts = () => heard.map(({ item }) => (item.kind === 'doubt' ? item.what : item.kind));
  return { stop: () => stop.abort(), ended, heard, texts, accepted, missed, quiet, lost };
}

/** Lets so much time pass, a little at a time, so that what is on its way comes. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    await vi.advanceTimersByTimeAsync(250);
    for (let n = 0; n < 6; n++) await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

describe('a site that is followed', () => {
  beforeEach(() =>
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] }),
  );
  afterEach(() => vi.useRealTimers());

  it('tells what happens in its order, with its age by the clock here, and stops when it is told to', async () => {
    const bus = makeBus();
    const { say, watching, served } = runnerOn(bus, 'west');
    const asker = follow(bus, ['west']);
    await pass(1000);
    say('first', 3000);
    say('second');
    await pass(1000);
    expect(asker.texts()).toEqual(['first', 'second']);
    const [first, second] = asker.heard.map(({ ageMs }) => ageMs);
    expect(first! - second!).toBe(3000);
    expect(second).toBeLessThanOrEqual(500);
    asker.stop();
    await asker.ended;
    await pass(500);
    expect(watching).toEqual([]);
    expect(served).toMatchObject([{ end: 'stopped', reason: 'its asker ended it', probe: 'watch' }]);
  });

  it('is not older than it is where the way is slow once', async () => {
    const bus = makeBus();
    const { say } = runnerOn(bus, 'west');
    const asker = follow(bus, ['west']);
    await pass(1000);
    say('quick');
    await pass(500);
    let held = true;
    bus.holds = ({ subject }) => held && subject.startsWith('cruc.v1.answer.');
    say('held');
    await pass(4000);
    held = false;
    bus.release();
    await pass(500);
    expect(asker.texts()).toEqual(['quick', 'held']);
    expect(asker.heard[1]!.ageMs).toBeGreaterThan(3400);
    expect(asker.quiet).toEqual(['nothing was heard for 2s', 'heard']);
    expect(asker.lost).toEqual([]);
    asker.stop();
  });

  it('sends a batch again that was lost, the last one too, and nothing comes twice', async () => {
    const bus = makeBus();
    const { say } = runnerOn(bus, 'west');
    const asker = follow(bus, ['west']);
    await pass(1000);
    let lost = 0;
    const isNews = (data: Uint8Array) => data[0] === 0x1f;
    bus.drops = ({ data }) => isNews(data) && lost++ === 0;
    say('a');
    await pass(500);
    say('b');
    await pass(2500);
    expect(asker.texts()).toEqual(['a', 'b']);
    lost = 0;
    say('the last');
    await pass(4000);
    expect(asker.texts()).toEqual(['a', 'b', 'the last']);
    expect([asker.missed, asker.lost]).toEqual([[], []]);
    // One that never comes is not waited for without an end.
    bus.drops = ({ data }) => isNews(data);
    say('never');
    await pass(14_000);
    expect(asker.lost).toMatchObject([
      { state: 'partial', reason: expect.stringMatching(/came with a gap, for 10s/) },
    ]);
    asker.stop();
  });

  it('tells much in messages that the hub takes', async () => {
    const bus = makeBus();
    const { say } = runnerOn(bus, 'west', {}, 4096);
    const asker = follow(bus, ['west']);
    await pass(1000);
    const many = Array.from({ length: 50 }, (_, n) => `${n} ${randomBytes(400).toString('base64')}`);
    for (const each of many) say(each);
    await pass(2500);
    expect(asker.texts()).toEqual(many);
    expect(asker.missed).toEqual([]);
    asker.stop();
  });

  it('leaves out what somebody is too slow for, the newest never, and says how much', async () => {
    const bus = makeBus();
    const { say } = runnerOn(bus, 'west');
    const asker = follow(bus, ['west']);
    await pass(1000);
    // It is still there, and what it has heard does not come to the runner.
    let isDeaf = true;
    bus.edits = ({ subject, data }) =>
      isDeaf && subject.startsWith('cruc.v1.tell.')
        ? Buffer.from(
            Buffer.from(data)
              .toString()
              .replace(/"heard":\d+/, '"heard":0'),
          )
        : data;
    for (let n = 1; n <= 60; n++) {
      say(`report ${n}`, 0, 'the session');
      await pass(500);
    }
    const before = asker.texts().length;
    expect(before).toBeLessThan(60);
    isDeaf = false;
    await pass(3000);
    expect(asker.texts().length).toBe(before + 1);
    expect(asker.texts().at(-1)).toBe('report 60');
    expect(asker.missed).toEqual([`${60 - before - 1} reports were left out, since we were too slow`]);
    asker.stop();
  });

  it('ends by itself when nothing is heard of who follows it', async () => {
    const bus = makeBus();
    const { watching, served } = runnerOn(bus, 'west');
    follow(bus, ['west']);
    await pass(3000);
    expect(watching).toHaveLength(1);
    // As SIGKILL does.
    bus.drops = ({ subject }) => /^cruc\.v1\.(?:tell|ask)\./.test(subject);
    await pass(13_000);
    expect(watching).toHaveLength(1);
    await pass(4000);
    expect(watching).toEqual([]);
    expect(served).toMatchObject([{ end: 'stopped', reason: 'nothing was heard of its asker for 15s' }]);
  });

  it('is asked again until it has a runner, and after that runner fell silent, ended, or was busy', async () => {
    const bus = makeBus();
    const asker = follow(bus, ['west', 'east']);
    await pass(500);
    const states = (site: string) => asker.lost.filter((end) => end.site === site).map(({ state }) => state);
    expect(states('west')).toEqual(['no_runner']);
    const first = runnerOn(bus, 'west');
    await pass(3000);
    expect(asker.accepted).toEqual(['west']);
    bus.drops = ({ subject }) => subject.startsWith('cruc.v1.answer.me.west.');
    await pass(11_000);
    expect(states('west').at(-1)).toBe('silent');
    bus.drops = () => false;
    await pass(16_000);
    expect(asker.accepted).toEqual(['west', 'west']);
    const others = follow(bus, ['west']);
    await pass(500);
    expect(others.lost).toMatchObject([{ state: 'busy' }]);
    others.stop();
    void first.serving.finish();
    await pass(500);
    expect(asker.lost.findLast(({ site }) => site === 'west')).toMatchObject({
      state: 'ended',
      reason: 'its runner is ending',
      sleds: [SLED],
    });
    expect(new Set(states('east'))).toEqual(new Set(['no_runner']));
    asker.stop();
  });
});

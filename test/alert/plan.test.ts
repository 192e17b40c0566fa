import { describe, expect, it } from 'vitest';
import { makeChecker, makePolicy, makeWorld, MINUTE, newsOf, START } from '../support/check-world.ts';

const HOUR = 60 * MINUTE;

function setUp(change: Parameters<typeof makePolicy>[0] = {}, sleds = 4, sessions = 4) {
  const world = makeWorld(sleds, sessions);
  const checker = makeChecker(world, makePolicy(change));
  /** One run, five minutes after the last. */
  const step = (...args: Parameters<typeof checker.run>) => {
    checker.advance(5 * MINUTE);
    return checker.run(...args);
  };
  return { world, checker, step, first: world.sessions[0]!, second: world.sessions[1]! };
}

describe('the life of an incident', () => {
  it('is one mail when something breaks, silence while it stays so, and one when it is over', () => {
    const { first, step } = setUp();
    expect(step().notices).toEqual([]);
    first.states = ['active', 'faulted', 'active'];
    const opened = step();
    expect(newsOf(opened)).toEqual(['opened degraded 1']);
    expect(opened.notices.map(({ kind, level, headline }) => [kind, level, headline])).toEqual([
      ['news', 'critical', '1 degraded'],
    ]);
    for (let n = 0; n < 10; n++) expect(step().notices).toEqual([]);
    first.states = ['active', 'active', 'active'];
    const clean = step();
    expect([clean.notices, clean.result.level, clean.result.headline]).toEqual([
      [],
      'ok',
      'rack 3: 1 clearing',
    ]);
    const over = step();
    expect(newsOf(over)).toEqual(['resolved degraded 1']);
    expect(over.result.level).toBe('ok');
    expect(over.notices[0]?.headline).toBe('resolved: 1 degraded');
    expect(over.state.incidents).toEqual([]);
    expect(step().notices).toEqual([]);
  });

  it('gets worse and better in one story, with one thread', () => {
    const { first, step } = setUp();
    first.states = ['active', 'faulted', 'active'];
    const one = step();
    first.states = ['offline', 'faulted', 'active'];
    const two = step();
    expect(newsOf(two)).toEqual(['opened critical 0', 'worse critical 1']);
    expect(two.notices[0]?.headline).toBe('1 disk stopped (two of three downstairs lost)');
    first.states = ['active', 'live_repair', 'active'];
    const three = step();
    // Downstairs 0 is clean for the first time, and stays open until it was so twice.
    expect(newsOf(three)).toEqual(['better repairing 1']);
    first.states = ['active', 'active', 'active'];
    const four = step();
    expect(newsOf(four)).toEqual(['resolved critical 0']);
    const five = step();
    expect(newsOf(five)).toEqual(['resolved repairing 1']);
    const threads = [one, two, three, four, five].map((plan) => plan.notices[0]!.thread);
    const ids = threads.map((thread) => thread.messageId);
    expect(new Set(ids).size).toBe(5);
    expect(threads.map((thread) => thread.inReplyTo)).toEqual([null, ...ids.slice(0, 4)]);
    expect(threads.every((thread) => thread.inReplyTo === null || thread.references[0] === ids[0])).toBe(
      true,
    );
    first.states = ['active', 'faulted', 'active'];
    expect(step().notices[0]?.thread.inReplyTo).toBeNull();
  });

  it('opens only after it was seen for as long as its rule says', () => {
    const { first, step, checker } = setUp({ rules: { degraded: { forMs: 10 * MINUTE } } });
    first.states = ['active', 'faulted', 'active'];
    expect([step(), step()].map((plan) => [plan.notices.length, plan.result.level])).toEqual([
      [0, 'ok'],
      [0, 'ok'],
    ]);
    expect(checker.state().incidents.map((incident) => incident.openedAt)).toEqual([null]);
    expect(newsOf(step())).toEqual(['opened degraded 1']);
  });

  it('was nothing if it was gone before it opened', () => {
    const { first, step } = setUp({ rules: { degraded: { forMs: 10 * MINUTE } } });
    first.states = ['active', 'faulted', 'active'];
    step();
    first.states = ['active', 'active', 'active'];
    const plan = step();
    expect([plan.notices, plan.state.incidents]).toEqual([[], []]);
  });

  it('says that a repair takes too long only after two hours, and that it does not get on after two minutes', () => {
    const { first, step } = setUp();
    first.states = ['active', 'live_repair', 'active'];
    const kinds = Array.from({ length: 30 }, () => {
      first.repaired[1] += 100;
      return newsOf(step());
    });
    expect(kinds.flat()).toEqual(['opened repairing 1']);
    expect(kinds.findIndex((news) => news.length > 0)).toBe(24);
    expect(newsOf(step())).toEqual(['opened repair_stalled 1']);
  });

  it('is reminded of what is open after the time of repeat, and never of what is silenced or listed', () => {
    const { first, step } = setUp({ repeatMs: HOUR });
    first.states = ['active', 'faulted', 'active'];
    const kinds = Array.from({ length: 25 }, () => step().notices.map((notice) => notice.kind));
    expect(kinds.flatMap((each, n) => each.map((kind) => `${n} ${kind}`))).toEqual([
      '0 news',
      '12 reminder',
      '24 reminder',
    ]);
  });

  it('does not remind of a mail that has not arrived', () => {
    const { first, step } = setUp({ repeatMs: HOUR });
    first.states = ['active', 'faulted', 'active'];
    const mail = { domain: 'example.com', undelivered: new Set(['rack 3']) };
    const count = Array.from({ length: 30 }, () => step({ mail }).notices.length);
    expect(count.reduce((sum, each) => sum + each, 0)).toBe(1);
  });

  it('goes on through a live migration and a restart: another sled, PID, session and zone', () => {
    const { first, step } = setUp();
    first.states = ['active', 'faulted', 'active'];
    step();
    Object.assign(first, { cubby: 2, pid: 31_000, sessionId: 'd0000000-8a3e-4b10-b9b4-55f4f2a3d7e1' });
    const moved = step();
    expect(newsOf(moved)).toEqual(['moved degraded 1']);
    expect(moved.state.incidents).toHaveLength(1);
    first.zone = 'oxz_propolis-server_77777777-d933-49fa-b38e-fc4607933d50';
    first.pid = 32_000;
    const again = step();
    expect([newsOf(again), again.state.incidents.length]).toEqual([[], 1]);
  });
});

describe('what a run cannot see', () => {
  it('never resolves: a silent sled, a silent process, a sled that was not asked', () => {
    const { world, first, step } = setUp();
    first.states = ['active', 'faulted', 'active'];
    step();
    first.states = ['active', 'active', 'active'];
    world.sleds[0]!.answer = 'no';
    for (let n = 0; n < 5; n++) step();
    world.sleds[0]!.answer = 'yes';
    first.there = 'silent';
    for (let n = 0; n < 5; n++) step();
    for (let n = 0; n < 5; n++) step({ cubbies: [1, 2] });
    const plan = step({ cubbies: [1, 2] });
    const health = plan.state.incidents.filter((incident) => incident.rule === 'degraded');
    expect(health.map((incident) => [incident.ending, incident.cleanRuns])).toEqual([[null, 0]]);
    first.there = 'yes';
    step();
    expect(newsOf(step())).toContain('resolved degraded 1');
  });

  it('is left as it is where its sled was not asked: not listed, not counted, not told', () => {
    const { first, second, step, checker } = setUp({ repeatMs: HOUR });
    first.states = ['active', 'faulted', 'active'];
    second.states = ['faulted', 'active', 'active'];
    step();
    const before = checker.state().incidents.filter((each) => each.sight.sleds[0] === '3/BRM42220000');
    for (let n = 0; n < 15; n++) step({ cubbies: [1, 2, 3] });
    const plan = step({ cubbies: [2, 3] });
    expect([plan.result.level, plan.result.headline, plan.result.incidents]).toEqual([
      'ok',
      'rack 3: all is well',
      [],
    ]);
    expect(plan.notices).toEqual([]);
    expect(checker.state().incidents.filter((each) => each.sight.sleds[0] === '3/BRM42220000')).toEqual(
      before,
    );
    // Where it is seen on a sled that was asked, it is known.
    first.cubby = 2;
    expect(newsOf(step({ cubbies: [2, 3] }))).toEqual(['moved degraded 1']);
  });

  it('is an upstairs that no longer reports while another of its process does: it may be stuck', () => {
    const { first, second, step } = setUp();
    Object.assign(second, { zone: first.zone, pid: first.pid, cubby: first.cubby });
    first.states = ['active', 'faulted', 'active'];
    step();
    first.there = 'no';
    const plans = [step(), step(), step()];
    expect(plans.flatMap(newsOf)).toEqual(['opened vanished']);
    expect(plans[2]?.result.incidents[0]?.unknown).toBe(
      '3/BRM42220000 answered, its process runs, and this upstairs does not report',
    );
    // Its process ends: nothing is left that could have it.
    second.there = 'no';
    step();
    const over = step();
    expect(over.result.news.map(({ incident }) => incident.ending)).toEqual(['gone', 'gone']);
  });

  it('is none of a pantry that has let go of a volume: that upstairs is gone', () => {
    const { first, step } = setUp();
    first.zone = 'oxz_crucible_pantry_34aa0000-d933-49fa-b38e-fc4607933d50';
    first.states = ['active', 'faulted', 'active'];
    step();
    first.there = 'silent';
    step();
    const over = step();
    expect(over.result.news.map(({ incident }) => incident.ending)).toEqual(['gone']);
  });

  it('is not an incident in a pantry, which has an upstairs only now and then', () => {
    const { first, second, step } = setUp();
    first.there = 'silent';
    first.zone = 'oxz_crucible_pantry_34aa0000-d933-49fa-b38e-fc4607933d50';
    second.there = 'silent';
    expect(newsOf(step())).toEqual(['opened no_report']);
  });

  it('does not count a sled that answered in part as one on which an upstairs is gone', () => {
    const { world, first, step } = setUp();
    first.states = ['active', 'faulted', 'active'];
    step();
    first.there = 'no';
    world.sleds[0]!.answer = 'in part';
    for (let n = 0; n < 4; n++)
      expect(newsOf(step()).filter((news) => news.startsWith('resolved'))).toEqual([]);
    world.sleds[0]!.answer = 'yes';
    step();
    const over = step();
    expect(over.result.news.find((news) => news.incident.rule === 'degraded')?.incident.ending).toBe('gone');
  });

  it('does not take for gone what may have moved to a sled that is silent', () => {
    const { world, first, step } = setUp();
    first.states = ['active', 'faulted', 'active'];
    step();
    world.sleds[3]!.answer = 'no';
    first.cubby = 3;
    const plans = [step(), step(), step(), step()];
    expect(plans.flatMap(newsOf)).toEqual(['opened sled_silent 3/BRM42220003']);
    expect(plans.at(-1)?.state.incidents.find((each) => each.rule === 'degraded')?.unknown).toBe(
      '3/BRM42220003 did not answer in full',
    );
    world.sleds[3]!.answer = 'yes';
    expect(newsOf(step())).toEqual(['moved degraded 1']);
  });

  it('makes the level unknown, which is worse than a warning and not as bad as critical', () => {
    const { world, first, step } = setUp();
    world.sleds[2]!.answer = 'no';
    expect(step().result.level).toBe('unknown');
    first.aborted[1] = 1;
    expect(step().result.level).toBe('unknown');
    first.states = ['active', 'faulted', 'active'];
    expect(step().result.level).toBe('critical');
  });

  it('is told after the runs that the rule wants, with a sled that answers again as the end of it', () => {
    const { world, step } = setUp();
    world.sleds[2]!.answer = 'no';
    expect(newsOf(step())).toEqual([]);
    expect(newsOf(step())).toEqual(['opened sled_silent 3/BRM42220002']);
    world.sleds[2]!.answer = 'yes';
    step();
    expect(newsOf(step())).toEqual(['resolved sled_silent 3/BRM42220002']);
  });

  it('is withdrawn when its sled leaves the inventory, and not when another inventory is read', () => {
    const { world, step } = setUp();
    world.sleds[2]!.answer = 'no';
    step();
    step();
    const without = ['3/BRM42220000', '3/BRM42220001', '3/BRM42220003'];
    const cubbies = [0, 1, 3];
    expect(newsOf(step({ cubbies, inventory: { file: '/tmp/other.yaml', sleds: without } }))).toEqual([]);
    step({ cubbies });
    const inventory = { file: '/etc/cruc-fleet/inventory.yaml', sleds: without };
    step({ cubbies, inventory });
    const over = step({ cubbies, inventory });
    expect(over.result.news.map(({ kind, incident }) => [kind, incident.ending])).toEqual([
      ['resolved', 'withdrawn'],
    ]);
  });
});

describe('rules that compare runs', () => {
  it('see at once that most of a rack is silent', () => {
    const { world, step } = setUp();
    for (const cubby of [0, 1]) world.sleds[cubby]!.answer = 'no';
    expect(newsOf(step())).toEqual([]);
    world.sleds[2]!.answer = 'no';
    expect(newsOf(step())).toEqual(['opened coverage']);
    for (const cubby of [0, 1]) world.sleds[cubby]!.answer = 'yes';
    // One that stays silent is told once its rack is back.
    expect(newsOf(step())).toEqual(['opened sled_silent 3/BRM42220002']);
    expect(newsOf(step())).toEqual(['resolved coverage']);
  });

  it('see a live repair that was aborted since the last run, once', () => {
    const { first, step } = setUp();
    first.aborted[2] = 4;
    expect(newsOf(step())).toEqual([]);
    first.aborted[2] = 5;
    expect(newsOf(step())).toEqual(['opened repair_aborted']);
    const after = step();
    expect([after.result.level, after.result.headline, after.result.incidents]).toEqual([
      'ok',
      'rack 3: all is well',
      [],
    ]);
    expect([newsOf(after), newsOf(step()), newsOf(step())]).toEqual([[], [], []]);
  });

  it('tell of an event that comes again and again once, at once whatever `for` says, and in a story of its own', () => {
    const { first, step, checker } = setUp({ rules: { repair_aborted: { forMs: HOUR } } });
    step();
    const abort = () => {
      first.aborted = [first.aborted[0] + 1, first.aborted[1] + 1, first.aborted[2] + 1];
      return step();
    };
    const told = [abort(), abort(), step(), abort(), step(), step(), step(), abort()];
    expect(told.map((plan) => plan.notices.length)).toEqual([1, 0, 0, 0, 0, 0, 0, 1]);
    expect(told.flatMap(newsOf)).toEqual(['opened repair_aborted', 'opened repair_aborted']);
    first.cubby = 2;
    expect(newsOf(abort())).toEqual([]);
    // Nothing is left of the first story, in whose thread the second would be.
    expect(told[7]?.notices[0]?.thread.references).toEqual([]);
    expect(checker.state().incidents).toHaveLength(1);
  });

  it('count what a new session of a known upstairs has aborted, and take its first connection for granted', () => {
    const { first, step } = setUp({ rules: { flapping: { thresholds: { rises: 1, within: HOUR } } } });
    first.connected = [9, 9, 9];
    step();
    Object.assign(first, { sessionId: 'e0000000-8a3e-4b10-b9b4-55f4f2a3d7e1', connected: [1, 1, 1] });
    expect(newsOf(step())).toEqual([]);
    Object.assign(first, { sessionId: 'f0000000-8a3e-4b10-b9b4-55f4f2a3d7e1', connected: [1, 1, 3] });
    first.aborted[0] = 1;
    expect(newsOf(step())).toEqual(['opened repair_aborted', 'opened flapping 2']);
  });

  it('call it flapping when a downstairs reconnects again and again, and not when it does once', () => {
    const { first, step } = setUp();
    step();
    first.connected[1] = 2;
    expect(newsOf(step())).toEqual([]);
    first.connected[1] = 3;
    expect(newsOf(step())).toEqual(['opened flapping 1']);
    const later = Array.from({ length: 16 }, () => newsOf(step())).flat();
    expect(later).toEqual(['resolved flapping 1']);
  });

  it('see one upstairs that is active on two sleds, by its id and not by its zone', () => {
    const { world, first, second, step } = setUp();
    step();
    world.sessions.push({ ...second, upstairsId: first.upstairsId });
    const plan = step();
    expect(newsOf(plan)).toEqual(['opened active_twice']);
    expect(plan.result.incidents[0]?.sight.sleds).toEqual(['3/BRM42220000', '3/BRM42220001']);
    world.sessions.pop();
    step();
    expect(newsOf(step())).toEqual(['resolved active_twice']);
  });

  it('see a sled that answers in part', () => {
    const { world, step } = setUp();
    world.sleds[1]!.answer = 'in part';
    const plan = step();
    expect(newsOf(plan)).toEqual(['opened data_incomplete 3/BRM42220001']);
    expect(plan.result.level).toBe('unknown');
  });

  it('are off where the policy says so, and end what they had opened', () => {
    const world = makeWorld(2, 2);
    world.sessions[0]!.states = ['active', 'faulted', 'active'];
    const checker = makeChecker(world, makePolicy());
    checker.run();
    const off = makePolicy({ rules: { degraded: { on: false } } });
    const over = [checker.run({ policy: off }), checker.run({ policy: off })].flatMap(newsOf);
    expect(over).toEqual(['resolved degraded 1']);
  });
});

describe('a silence', () => {
  const silence = (endsAt: number) => ({
    id: 'a1',
    racks: null,
    sleds: ['3/BRM42220000'],
    zones: null,
    upstairs: null,
    rules: null,
    reason: 'update',
    by: 'ada',
    createdAt: START,
    endsAt,
  });

  it('keeps an incident out of the mails and the level, lists it, and lets it be told when it ends', () => {
    const { first, step, checker } = setUp();
    checker.silences.push(silence(START + 30 * MINUTE));
    first.states = ['active', 'faulted', 'active'];
    const quiet = step();
    expect([quiet.notices, quiet.result.level, quiet.result.headline]).toEqual([
      [],
      'ok',
      'rack 3: 1 silenced',
    ]);
    expect(quiet.result.incidents.map((incident) => incident.silencedBy)).toEqual(['a1']);
    const later = Array.from({ length: 6 }, () => newsOf(step()));
    expect(later).toEqual([[], [], [], [], ['opened degraded 1'], []]);
  });

  it('does not hide the end of what was told before it: that is told when it ends', () => {
    const { first, step, checker } = setUp();
    first.states = ['active', 'faulted', 'active'];
    step();
    checker.silences.push(silence(START + 60 * MINUTE));
    first.states = ['active', 'active', 'active'];
    const later = Array.from({ length: 14 }, () => newsOf(step()));
    expect(later.flat()).toEqual(['resolved degraded 1']);
    expect(later.findIndex((news) => news.length > 0)).toBe(10);
  });

  it('does not begin with what clears just when it ends', () => {
    const { first, step, checker } = setUp();
    checker.silences.push(silence(START + 12 * MINUTE));
    first.states = ['active', 'faulted', 'active'];
    step();
    step();
    first.states = ['active', 'active', 'active'];
    expect([step(), step(), step()].flatMap(newsOf)).toEqual([]);
    expect(checker.state().incidents).toEqual([]);
  });

  it('says nothing of what came and went within it', () => {
    const { first, step, checker } = setUp();
    checker.silences.push(silence(START + 60 * MINUTE));
    first.states = ['active', 'faulted', 'active'];
    step();
    first.states = ['active', 'active', 'active'];
    expect(Array.from({ length: 20 }, () => newsOf(step())).flat()).toEqual([]);
    expect(checker.state().incidents).toEqual([]);
  });
});

describe('the daily mail', () => {
  it('comes once a day, at its time, and only when all is well', () => {
    const { first, checker } = setUp({ allWellAt: 9 * 60 });
    const days: string[] = [];
    for (let n = 0; n < 3 * 24; n++) {
      if (n === 24) first.states = ['active', 'faulted', 'active'];
      if (n === 36) first.states = ['active', 'active', 'active'];
      const plan = checker.run();
      for (const notice of plan.notices) days.push(`${n} ${notice.kind} ${notice.headline}`);
      checker.advance(HOUR);
    }
    const daily = days.filter((each) => each.includes('all_well'));
    const hour = new Date(START).getHours();
    const at = (9 - hour + 24) % 24;
    expect(daily.length).toBe(3);
    expect(daily[0]).toBe(`${at} all_well all is well`);
    // Of the second day only once the incident of the morning is over.
    expect(Number(daily[1]?.split(' ')[0])).toBeGreaterThan(36);
  });
});

describe('a clock that jumps', () => {
  it('delays nothing that is due when it comes back from the future', () => {
    const { first, step, checker } = setUp({ repeatMs: HOUR });
    checker.advance(365 * 24 * HOUR);
    first.states = ['active', 'faulted', 'active'];
    expect(newsOf(step())).toEqual(['opened degraded 1']);
    checker.advance(-365 * 24 * HOUR);
    const kinds = Array.from({ length: 13 }, () => step().notices.map((notice) => notice.kind));
    expect(kinds.flat()).toEqual(['reminder']);
    expect(checker.state().incidents[0]!.openedAt).toBeLessThanOrEqual(checker.now());
  });
});

describe('groups', () => {
  it('share one mail when the fleet is the group, and each rack has its own when racks are', () => {
    const { first, second, step } = setUp({ groupBy: 'fleet' });
    first.states = ['active', 'faulted', 'active'];
    second.states = ['faulted', 'offline', 'active'];
    const plan = step();
    expect(plan.notices.map((notice) => [notice.group.name, notice.headline])).toEqual([
      ['fleet', '1 disk stopped (two of three downstairs lost), 1 degraded'],
    ]);
  });
});

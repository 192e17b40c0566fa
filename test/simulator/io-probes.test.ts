import { describe, expect, it } from 'vitest';
import { manualClock } from '../../src/simulator/clock.ts';
import { createCrucible } from '../../src/simulator/crucible.ts';
import { quantizeBucket } from '../../src/simulator/io-ledger.ts';
import type { Firing } from '../../src/simulator/machine.ts';
import { DOWNSTAIRS_PROBES, UPSTAIRS_PROBES } from '../../src/simulator/probe-names.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { createDisk } from '../../src/simulator/upstairs-session.ts';
import type { Disk } from '../../src/simulator/upstairs-session.ts';

function play(ioRate: number, milliseconds: number, wants?: (name: string) => boolean) {
  const clock = manualClock();
  const random = createRandom(3);
  const crucible = createCrucible({ clock, random, cpus: 4, version: 'today', ioRate });
  const zone = 'oxz_propolis-server_a';
  crucible.bootZone(zone);
  const disks: Disk[] = [0, 1].map(() => ({ ...createDisk(random), hasHttpParent: true }));
  const vm = crucible.startProcess({
    zone,
    args: 'p',
    command: 'propolis-server',
    crucible: 'upstairs',
    disks,
  });
  const downstairs = crucible.startProcess({
    zone,
    args: 'd',
    command: 'crucible-downstairs',
    crucible: 'downstairs',
  });
  const heard: Firing[] = [];
  const listener = (firing: Firing): void => {
    heard.push(firing);
  };
  crucible.setStates(vm.sessions[1]!, ['active', 'live_repair', 'active']);
  crucible.machine.onFiring(listener, wants && ((site) => wants(site.name)));
  clock.advance(milliseconds);
  return { crucible, clock, vm, downstairs, heard };
}

describe('the IO probes', () => {
  it('fire every probe of an upstairs but dropped requests, and only declared ones', () => {
    const { heard, vm } = play(20, 60_000);
    const fired = new Set(heard.filter((f) => f.process === vm).map((f) => f.site.name));
    const silent = [...new Set(UPSTAIRS_PROBES)].filter((name) => !fired.has(name));
    expect(silent).toEqual(['up-block-req-dropped']);
  });

  it('fire every probe of a downstairs with raw extents', () => {
    const { heard, downstairs } = play(20, 60_000);
    const fired = new Set(heard.filter((f) => f.process === downstairs).map((f) => f.site.name));
    const silent = DOWNSTAIRS_PROBES.filter((name) => !fired.has(name));
    expect(silent.filter((name) => !/sqlite|collect-hashes|truncate|el-flush-close/.test(name))).toEqual([]);
  });

  it('come in order of time', () => {
    const { heard } = play(50, 5000);
    expect(heard.length).toBeGreaterThan(1000);
    expect(heard.filter(({ at }, i) => i > 0 && at < heard[i - 1]!.at)).toEqual([]);
  });

  it("tell the life of one read in Crucible's order, through three clients", () => {
    const { heard, vm } = play(5, 20_000);
    const job = heard.find((f) => f.site.name === 'gw-read-start' && f.process === vm)!.args[0];
    const session = vm.sessions[0]!;
    const names = heard
      .filter((f) => f.process === vm && f.args[0] === job && /^(gw|up-to-ds|ds)-read/.test(f.site.name))
      .map((f) => f.site.name);
    expect(session.nextJobId).toBeGreaterThan(1005);
    expect(names[0]).toBe('gw-read-start');
    expect(names[1]).toBe('up-to-ds-read-start');
    expect(names.at(-1)).toBe('gw-read-done');
    for (const step of ['client-start', 'net-start', 'net-done', 'client-done']) {
      expect(names.filter((name) => name === `ds-read-${step}`).length % 3).toBe(0);
    }
  });

  it('number the jobs of each disk from 1000 on, so that they collide within a process', () => {
    const { heard, vm } = play(10, 3000);
    const firsts = heard.filter(
      (f) => f.process === vm && /^gw-.*-start$/.test(f.site.name) && f.args[0] === 1000n,
    );
    expect(firsts).toHaveLength(2);
  });

  it('are counted in the truth by process and name, exactly as they fired', () => {
    const { heard, crucible } = play(20, 10_000);
    const expected: Record<string, number> = {};
    for (const f of heard) {
      const key = `${f.process.pid} ${f.site.name}`;
      expected[key] = (expected[key] ?? 0) + 1;
    }
    const counted = Object.fromEntries(
      crucible
        .truth()
        .io.processes.flatMap(({ pid, counts }) =>
          Object.entries(counts).map(([name, count]) => [`${pid} ${name}`, count]),
        ),
    );
    expect(counted).toEqual(expected);
  });

  it('have their latencies in the truth, in the buckets that quantize() would use', () => {
    const { heard, crucible, vm } = play(20, 10_000);
    const buckets: Record<string, number> = {};
    const started = new Map<string, bigint>();
    for (const f of heard) {
      const key = `${String(f.args[1])} ${String(f.args[0])}`;
      if (f.site.name === 'volume-write-start') started.set(key, f.at);
      const start = started.get(key);
      if (f.site.name !== 'volume-write-done' || start === undefined) continue;
      const bucket = `${String(f.args[1])} ${2 ** ((f.at - start).toString(2).length - 1)}`;
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    expect(Object.keys(buckets).length).toBeGreaterThan(3);
    const counted = Object.fromEntries(
      crucible
        .truth()
        .io.latencies.filter((entry) => entry.kind === 'volume-write' && entry.pid === vm.pid)
        .flatMap((entry) =>
          Object.entries(entry.buckets).map(([b, n]) => [`{"ok":"${entry.volume_id}"} ${b}`, n]),
        ),
    );
    expect(counted).toEqual(buckets);
  });

  it('leave out the downstairs that take no IO, and stop when two are lost', () => {
    const { heard, clock, crucible, vm } = play(20, 10);
    for (const session of vm.sessions) crucible.setStates(session, ['active', 'offline', 'active']);
    clock.advance(1000);
    heard.length = 0;
    clock.advance(3000);
    const clients = new Set(heard.filter((f) => f.site.name === 'ds-read-net-start').map((f) => f.args[1]));
    expect(clients).toEqual(new Set([0n, 2n]));
    for (const session of vm.sessions) crucible.setStates(session, ['active', 'offline', 'faulted']);
    clock.advance(1000);
    heard.length = 0;
    clock.advance(3000);
    expect(heard.filter((f) => f.site.name.startsWith('gw-'))).toEqual([]);
    expect(heard.filter((f) => f.site.name === 'up-status').length).toBeGreaterThanOrEqual(4);
  });

  it('are not played for a tracer that wants none of them', () => {
    const { heard, crucible } = play(1000, 5000, (name) => name === 'up-status');
    expect(new Set(heard.map((f) => f.site.name))).toEqual(new Set(['up-status']));
    expect(crucible.truth().io.latencies).toEqual([]);
  });

  it('never have a done without its start in the first trace of a sled', () => {
    const { heard } = play(20, 5000, (name) => name.startsWith('volume-'));
    const open = new Set<string>();
    for (const f of heard) {
      const key = `${f.process.pid} ${f.site.name.replace(/-(start|done)$/, '')} ${f.args.join(' ')}`;
      if (f.site.name.endsWith('-start')) open.add(key);
      else expect(open.has(key)).toBe(true);
    }
    expect(open.size).toBeGreaterThan(20);
  });

  it('use the quantize bucket that holds a value', () => {
    expect([1, 2, 3, 4, 1023, 1024, 1025].map(quantizeBucket)).toEqual([1, 2, 2, 4, 512, 1024, 1024]);
  });

  /** What fired of one job in the first disk, in order. */
  function jobsOf(heard: readonly Firing[], vm: { readonly pid: number }, probe: string) {
    const own = heard.filter((f) => f.process.pid === vm.pid);
    return own
      .filter((f) => f.site.name === probe)
      .map(({ args: [job] }) => own.filter((f) => f.args[0] === job).map((f) => f.site.name));
  }

  it('answer the guest of a write before it is queued, and say it is done when two downstairs have it', () => {
    const { heard, vm } = play(5, 30_000);
    const writes = jobsOf(heard, vm, 'gw-write-start').filter((names) => names.includes('gw-write-done'));
    expect(writes.length).toBeGreaterThan(20);
    const before = writes.map(
      (names) =>
        names.slice(0, names.indexOf('gw-write-done')).filter((name) => name === 'ds-write-client-done')
          .length,
    );
    // The third may be just in time.
    expect(before.filter((clients) => clients !== 2 && clients !== 3)).toEqual([]);
    expect(before.filter((clients) => clients === 2).length).toBeGreaterThan(before.length / 2);
    const guests = heard.filter((f) => /^volume-write-|^up-to-ds-write-start$/.test(f.site.name));
    const order = guests.slice(0, 30).map((f) => f.site.name);
    expect(order.slice(0, 3)).toEqual(['volume-write-start', 'volume-write-done', 'up-to-ds-write-start']);
  });

  it('say again that a queued write is done when the third downstairs is faulted, until a flush', () => {
    const { heard, clock, crucible, vm } = play(20, 5000);
    const [session] = vm.sessions;
    const answered = session!.written.length;
    expect(answered).toBeGreaterThan(0);
    heard.length = 0;
    crucible.setStates(session!, ['active', 'active', 'faulted']);
    const again = heard.map((f) => f.site.name);
    expect(again).toHaveLength(answered);
    expect(again.every((name) => /^gw-write(-unwritten)?-done$/.test(name))).toBe(true);
    crucible.setStates(session!, ['active', 'faulted', 'faulted']);
    expect(heard).toHaveLength(answered);
    crucible.setStates(session!, ['active', 'active', 'active']);
    clock.advance(5000);
    expect(session!.written.length).toBeLessThan(40);
  });

  it('of an extent in live repair are 40: each acknowledgement of a no-op or a reopen counts as both', () => {
    const { heard, vm } = play(1, 12_000);
    const own = heard.filter((f) => f.process === vm && /-(close|repair|noop|reopen)-/.test(f.site.name));
    const [first] = own.filter((f) => f.site.name === 'gw-close-start').map((f) => f.args[0] as bigint);
    const names = own
      .filter((f) => (f.args[0] as bigint) >= first! && (f.args[0] as bigint) < first! + 4n)
      .map((f) => f.site.name);
    const count = (pattern: RegExp) => names.filter((name) => pattern.test(name)).length;
    expect([names.length, count(/^gw-/), count(/^ds-.*-start$/), count(/^ds-.*-done$/)]).toEqual([
      40, 8, 12, 20,
    ]);
    expect([count(/^ds-close-done$/), count(/^ds-repair-done$/)]).toEqual([3, 1]);
    expect([count(/^ds-noop-done$/), count(/^ds-reopen-done$/)]).toEqual([8, 8]);
    for (const [i, name] of names.entries())
      if (name === 'ds-noop-done') expect(names[i + 1]).toMatch(/^ds-/);
  });

  it('have in the truth one latency of each kind and client for each extent that was repaired', () => {
    const { crucible, clock, vm, heard } = play(0.001, 12_000);
    crucible.setStates(vm.sessions[1]!, ['active', 'active', 'active']);
    clock.advance(2000);
    const extents = heard.filter((f) => f.site.name === 'gw-reopen-done').length;
    expect(extents).toBeGreaterThan(40);
    const counted = crucible
      .truth()
      .io.latencies.filter(({ kind }) => /^ds-(close|repair|noop|reopen)$/.test(kind))
      .map(({ buckets }) => Object.values(buckets).reduce((sum, n) => sum + n, 0));
    expect(counted).toEqual(Array(12).fill(extents));
  });
});

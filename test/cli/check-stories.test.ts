import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BootClock } from '../../src/model/boot-clock.ts';
import type { CrucibleProcess } from '../../src/simulator/crucible.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { createDisk, type Disk, type Session } from '../../src/simulator/upstairs-session.ts';
import { withRack } from '../support/rack.ts';
import { run } from '../support/run-program.ts';

/**
 * What happens to a rack, and what a check must say of it: verdict, exit status and words. Sleds, SSH and D are the
 * simulator's; five minutes pass between two runs.
 */
const MINUTE = 60_000;
const START = Date.parse('2026-11-26T08:00:00Z');

const rack = withRack({
  isShellFree: true,
  sledsPerRack: 2,
  propolisPerSled: 0,
  seed: 5,
  ioRate: 0,
  gatewaysPerRack: 2,
});

let folder: string;
/** Of the first sled alone, but where a story is of both or of their gateways. */
let inventory: string;
let now: number;
let booted: BootClock | null;
let random = createRandom(7);
const vms: { readonly cubby: number; readonly zone: string }[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-stories-'));
  inventory = join(folder, 'inventory.yaml');
  writeFileSync(inventory, rack.inventoryOf('3/0'));
  now = START;
  booted = null;
  random = createRandom(7);
});

afterEach(async () => {
  for (const { cubby, zone } of vms.splice(0)) crucible(cubby).haltZone(zone);
  for (const cubby of [0, 1]) await rack.simulation.setFault(`3/${cubby}`, null);
  for (const gateway of ['3/0', '3/1']) await rack.simulation.setGatewayFault(gateway, null);
  rmSync(folder, { recursive: true, force: true });
});

const crucible = (cubby: number) => rack.crucible(`3/${cubby}`);
const disks = (count: number) => Array.from({ length: count }, () => createDisk(random));

/** A VM with so many disks, or these, that do nothing. */
function startVm(cubby: number, of: number | readonly Disk[], kind = 'propolis-server'): CrucibleProcess {
  const zone = `oxz_${kind === 'propolis-server' ? kind : 'crucible_pantry'}_${random.uuid()}`;
  crucible(cubby).bootZone(zone);
  const process = crucible(cubby).startProcess({
    zone,
    args: `/opt/oxide/${kind}/bin/${kind} run`,
    command: kind,
    crucible: 'upstairs',
    disks: typeof of === 'number' ? disks(of) : of,
  });
  vms.push({ cubby, zone });
  for (const session of process.sessions) works(session, 0);
  return process;
}

/** What is under way of a session, by the last digits of its count of jobs. */
function works(session: Session, jobs: number): void {
  session.nextJobId = session.startedJobId + 4000 + jobs;
}

async function check(...more: readonly string[]) {
  const where = ['-i', inventory, '--state-file', join(folder, 'check.json')];
  // An upstairs reports a little less than once a second: in one second it may be silent.
  const argv = ['check', '--rack', '3', ...where, '--window', '2s', ...more];
  const ended = await run(argv, { now: () => new Date(now), bootClock: () => booted });
  pass(5 * MINUTE);
  return ended;
}

function pass(ms: number): void {
  now += ms;
  if (booted !== null) booted = { ...booted, ms: booted.ms + ms };
}

/** Status and verdict of some runs, a line each. */
async function verdicts(runs: number): Promise<readonly string[]> {
  const lines: string[] = [];
  for (let n = 0; n < runs; n++) {
    const { status, stdout } = await check();
    lines.push(`${status} ${/^CRUC_FLEET (.*?); \d+ of/.exec(stdout)?.[1] ?? stdout}`);
  }
  return lines;
}

const WELL = '0 OK - rack 3: all is well';

/** The incidents of a run, as programs read them. */
async function incidents(...more: readonly string[]) {
  const { status, stdout } = await check('-o', 'json', ...more);
  const json: {
    readonly level: string;
    readonly incidents: readonly Record<string, unknown>[];
    readonly news: readonly Record<string, unknown>[];
  } = JSON.parse(stdout);
  const of = (rule: string) => json.incidents.filter((each) => each['rule'] === rule);
  return { status, of, ...json };
}

describe('a VM', () => {
  it('that stopped within the window pages nobody, whatever its last report said', async () => {
    const vm = startVm(0, 1);
    const [disk] = vm.sessions;
    crucible(0).setStates(disk!, ['faulted', 'offline', 'active']);
    crucible(0).afterReports(disk!, 1, () => crucible(0).haltZone(vm.zone));
    expect(await verdicts(1)).toEqual([WELL]);
  });

  it('that stopped takes its trouble along, which was not seen to be healthy', async () => {
    const vm = startVm(0, 1);
    const [disk] = vm.sessions;
    crucible(0).setStates(disk!, ['faulted', 'active', 'active']);
    expect(await verdicts(1)).toEqual(['2 CRITICAL - rack 3: 1 degraded']);
    crucible(0).afterReports(disk!, 1, () => crucible(0).haltZone(vm.zone));
    expect(await verdicts(1)).toEqual(['0 OK - rack 3: 1 clearing']);
    expect((await incidents()).of('degraded')).toMatchObject([{ status: 'over', ending: 'gone' }]);
  });

  it('without a disk of Crucible is said to be silent for some runs, then once that it is, and listed', async () => {
    startVm(0, 0);
    startVm(0, 1);
    const few = ['--set', 'rules.no_report.runs=2'];
    const runs = [await incidents(...few), await incidents(...few), await incidents(...few)];
    expect(runs.map(({ status, of }) => [status, of('no_report')[0]?.['status']])).toEqual([
      [1, 'open'],
      [1, 'open'],
      [0, 'over'],
    ]);
    expect(runs[2]?.of('no_report')).toMatchObject([{ ending: 'settled' }]);
    const later = await incidents(...few);
    expect([later.status, later.news]).toEqual([0, []]);
    expect(later.of('no_report')).toMatchObject([
      {
        status: 'listed',
        message: 'no sign of any upstairs in 4 runs (15m00s), and no change: it may have no Crucible disk',
      },
    ]);
    expect((await check(...few)).stdout).toMatch(/^CRUC_FLEET OK - rack 3: all is well, 1 listed;/);
  });

  it('that reported before is never taken for one without a disk', async () => {
    const vm = startVm(0, 1);
    startVm(0, 1);
    await check();
    crucible(0).setReports(vm.sessions[0]!, false);
    const few = ['--set', 'rules.no_report.runs=1'];
    for (const _ of [1, 2, 3]) expect((await check(...few)).status).toBe(1);
  });

  it('is one of several that are silent on a sled: this login may see no probe, which settles nothing', async () => {
    startVm(0, 0);
    startVm(0, 0);
    const few = ['--set', 'rules.no_report.runs=1'];
    for (const _ of [1, 2, 3]) expect((await check(...few)).status).toBe(1);
  });
});

describe('an upstairs that no longer reports, while its process does', () => {
  it('is a warning at once where it had work, and is not called healthy when its VM is gone', async () => {
    const vm = startVm(0, 2);
    works(vm.sessions[1]!, 7);
    expect(await verdicts(1)).toEqual([WELL]);
    crucible(0).setReports(vm.sessions[1]!, false);
    const { status, of } = await incidents();
    expect(status).toBe(1);
    expect(of('vanished')).toMatchObject([
      {
        status: 'open',
        sleds: ['3/BRM42220000'],
        upstairs_id: vm.sessions[1]!.upstairsId,
        pid: vm.pid,
        message:
          'last report 2026-11-26T08:00:00Z; its process still reports others; 2 unanswered jobs of its guest',
      },
    ]);
    expect(await verdicts(1)).toEqual(['1 WARNING - rack 3: 1 upstairs vanished']);
    crucible(0).haltZone(vm.zone);
    await check();
    expect((await incidents()).of('vanished')).toMatchObject([{ status: 'over', ending: 'gone' }]);
  });

  it('is a warning where a downstairs was not active, and over once it reports again', async () => {
    const vm = startVm(0, 2);
    crucible(0).setStates(vm.sessions[1]!, ['active', 'live_repair', 'active']);
    await check();
    crucible(0).setReports(vm.sessions[1]!, false);
    const { of } = await incidents();
    expect(of('vanished')[0]?.['message']).toMatch(/; its downstairs were active\/live_repair\/active$/);
    crucible(0).setReports(vm.sessions[1]!, true);
    await check();
    expect((await incidents()).of('vanished')).toMatchObject([{ status: 'over', ending: 'healthy' }]);
  });

  it('is only listed where it was idle, healthy and never wrote: a parent that was scrubbed looks so', async () => {
    const vm = startVm(0, 2);
    await check();
    crucible(0).setReports(vm.sessions[1]!, false);
    const { status, of, news } = await incidents();
    expect([status, news]).toEqual([0, []]);
    expect(of('vanished')).toMatchObject([
      {
        status: 'listed',
        message: expect.stringMatching(/; either a parent was scrubbed or a disk was detached$/),
      },
    ]);
    expect((await check()).stdout).toMatch(/^CRUC_FLEET OK - rack 3: all is well, 1 listed;/);
    crucible(0).haltZone(vm.zone);
    const gone = await incidents();
    expect([gone.status, gone.of('vanished'), gone.news]).toEqual([0, [], []]);
  });

  it('is a process without a report where it is the only one', async () => {
    const vm = startVm(0, 1);
    await check();
    crucible(0).setReports(vm.sessions[0]!, false);
    expect(await verdicts(1)).toEqual(['1 WARNING - rack 3: 1 process not reporting']);
  });

  it('is not known while its sled answers in part or not at all', async () => {
    const vm = startVm(0, 2);
    works(vm.sessions[1]!, 7);
    await check();
    crucible(0).setReports(vm.sessions[1]!, false);
    await rack.simulation.setFault('3/0', 'refused');
    expect((await incidents()).of('vanished')).toEqual([]);
  });
});

describe('an upstairs that is active twice', () => {
  beforeEach(() => writeFileSync(inventory, rack.inventoryOf('3/0', '3/1')));

  it('is two writers of one disk on two sleds, said after a second look over the same connections', async () => {
    const [disk] = disks(1);
    const one = startVm(0, [disk!]);
    const two = startVm(1, [disk!]);
    const before = rack.simulation.connections('3/1');
    const { status, of } = await incidents();
    expect(status).toBe(2);
    expect(of('active_twice')).toMatchObject([
      {
        sleds: ['3/BRM42220000', '3/BRM42220001'],
        message: `on 2 sleds: 3/BRM42220000 PID ${one.pid} and 3/BRM42220001 PID ${two.pid}`,
      },
    ]);
    expect(rack.simulation.connections('3/1') - before).toBe(1);
  });

  it('is so in two processes of one sled too', async () => {
    const [disk] = disks(1);
    const [one, two] = [startVm(0, [disk!]), startVm(0, [disk!])];
    const { status, of } = await incidents();
    expect(status).toBe(2);
    expect(of('active_twice')).toMatchObject([
      {
        sleds: ['3/BRM42220000'],
        message: `in 2 processes of one sled: 3/BRM42220000 PID ${one.pid} and 3/BRM42220000 PID ${two.pid}`,
      },
    ]);
  });

  it('is none where it migrated between two windows that do not overlap', async () => {
    const vm = startVm(0, 1);
    const { world } = rack.simulation;
    const before = rack.simulation.connections('3/1');
    // With one sled at a time the second is asked when the first has answered.
    const migration = setInterval(() => {
      if (rack.simulation.connections('3/1') === before) return;
      clearInterval(migration);
      world.migrate(world.sled('3/0'), vm.pid, world.sled('3/1'));
    }, 1);
    const { status, stdout } = await check('--concurrency', '1');
    clearInterval(migration);
    crucible(1).haltZone(vm.zone);
    expect(stdout).toMatch(/^CRUC_FLEET OK - rack 3: all is well;/);
    expect(status).toBe(0);
    expect(rack.simulation.connections('3/1') - before).toBe(2);
  });
});

describe('a report that cannot be read', () => {
  it('is unreadable, with its text, and neither down nor healthy', async () => {
    const vm = startVm(0, 1);
    vm.sessions[0]!.unwritable = 'recursion limit exceeded';
    const { status, of, incidents: all } = await incidents();
    expect(status).toBe(3);
    expect(all.map(({ rule }) => rule)).toEqual(['unreadable']);
    expect(of('unreadable')).toMatchObject([
      { zone: vm.zone, message: 'recursion limit exceeded; the state of its disk is unknown' },
    ]);
    expect(await verdicts(1)).toEqual(['3 UNKNOWN - rack 3: 1 report unreadable']);
    vm.sessions[0]!.unwritable = null;
    expect(await verdicts(2)).toEqual([
      '0 OK - rack 3: 1 clearing',
      '0 OK - rack 3: resolved: 1 report unreadable',
    ]);
  });
});

describe('a clock that was at 1970', () => {
  it('makes no repair stall, and no trouble old', async () => {
    booted = { boot: 'one', ms: 60_000 };
    now = Date.parse('1970-01-01T00:01:00Z');
    const vm = startVm(0, 2);
    const [healing, lost] = vm.sessions;
    crucible(0).setStates(healing!, ['active', 'live_repair', 'active']);
    crucible(0).setStalled(healing!, true);
    crucible(0).setStates(lost!, ['active', 'faulted', 'active']);
    await check();
    pass(-4 * MINUTE);
    // It is set to what the time is.
    now += START;
    const { status, stdout } = await check();
    expect(status).toBe(2);
    expect(stdout).toMatch(/^CRUC_FLEET CRITICAL - rack 3: 1 degraded, 1 repairing;/);
    expect(stdout).toMatch(/^degraded +1m +open/m);
    expect(stdout).toMatch(
      /^note: the clock of this machine was set forward by 20783 days since the last run; earlier times were moved with it$/m,
    );
    expect(await verdicts(1)).toEqual(['2 CRITICAL - rack 3: 1 degraded, 1 repair stalled']);
  });

  it('and a reboot since: how long it was is not known, and not counted', async () => {
    now = Date.parse('1970-01-01T00:01:00Z');
    const vm = startVm(0, 1);
    crucible(0).setStates(vm.sessions[0]!, ['active', 'faulted', 'active']);
    await check();
    now = START;
    const { stdout } = await check();
    expect(stdout).toMatch(/^degraded +0s +open/m);
    expect(stdout).toMatch(
      /^note: the clock of this machine showed 1970-01-01 at the last run, and shows 2026-11-26 now/m,
    );
  });
});

describe('what lasts too long', () => {
  it('is a downstairs that is offline while the others are active, and no live repair begins', async () => {
    const vm = startVm(0, 1);
    crucible(0).setStates(vm.sessions[0]!, ['active', 'offline', 'active']);
    const off = ['--set', 'rules.degraded=off'];
    expect((await check(...off)).status).toBe(0);
    pass(24 * MINUTE);
    expect((await check(...off)).status).toBe(0);
    const { status, of } = await incidents(...off);
    expect(status).toBe(2);
    expect(of('repair_not_begun')).toMatchObject([
      {
        downstairs: 1,
        message: 'downstairs 1 is offline and has waited for 34m00s while the others are active',
      },
    ]);
  });

  it('is a guest that waits for a quorum of its downstairs', async () => {
    const vm = startVm(0, 1);
    crucible(0).setStates(vm.sessions[0]!, ['wait_quorum', 'new', 'wait_quorum']);
    expect(await verdicts(3)).toEqual([WELL, WELL, '2 CRITICAL - rack 3: 1 disk waiting for a quorum']);
  });

  it('is a disk whose jobs nobody does, though its downstairs are active', async () => {
    const vm = startVm(0, 1);
    works(vm.sessions[0]!, 3);
    expect(await verdicts(3)).toEqual([WELL, WELL, '2 CRITICAL - rack 3: 1 disk with stuck jobs']);
    works(vm.sessions[0]!, 10);
    expect(await verdicts(1)).toEqual(['0 OK - rack 3: 1 clearing']);
  });

  it('is a pantry that holds a volume and does nothing with it', async () => {
    startVm(0, 1, 'crucible-pantry');
    expect(await verdicts(2)).toEqual([WELL, WELL]);
    pass(50 * MINUTE);
    expect(await verdicts(1)).toEqual(['1 WARNING - rack 3: 1 volume stuck in a pantry']);
  });
});

describe('a disk', () => {
  it('with three faulted downstairs is said not to recover by itself, and what helps', async () => {
    const vm = startVm(0, 1);
    crucible(0).setStates(vm.sessions[0]!, ['faulted', 'faulted', 'faulted']);
    const { status, of } = await incidents();
    expect(status).toBe(2);
    expect(of('down').map((each) => each['message'])).toEqual([
      'downstairs 0 is faulted',
      'downstairs 1 is faulted',
      expect.stringMatching(
        /^downstairs 2 is faulted; .* nothing recovers by itself .* stop and start the instance$/,
      ),
    ]);
  });

  it('whose live repair was aborted is told once, and no downstairs is blamed for it', async () => {
    const vm = startVm(0, 1);
    const states = (state: 'live_repair' | 'offline') =>
      crucible(0).setStates(vm.sessions[0]!, ['active', state, 'active']);
    states('live_repair');
    await check();
    states('offline');
    const { of } = await incidents();
    expect(of('repair_aborted')).toMatchObject([
      {
        downstairs: null,
        message: expect.stringMatching(/^downstairs 1, at extent \d+ or later$/),
      },
    ]);
  });

  it('whose reconciliation makes no progress has its tasks counted, four for each extent', async () => {
    const vm = startVm(0, 1);
    crucible(0).setStates(vm.sessions[0]!, ['reconcile', 'reconcile', 'reconcile']);
    await check();
    expect((await incidents()).of('repair_stalled')[0]?.['message']).toBe(
      'reconciliation, no progress for 5m00s: 12 reconciled, 30 to go (tasks, four for each extent)',
    );
  });
});

describe('a gateway', () => {
  beforeEach(() => {
    inventory = rack.inventory;
  });

  it('that shows another host key is one entry of its rack, with the keys and what accepts it', async () => {
    startVm(0, 1);
    expect(await verdicts(1)).toEqual([WELL]);
    await rack.simulation.setGatewayFault('3/0', 'wrong-host-key');
    for (const _ of [1, 2, 3]) {
      const { status, of, incidents: all } = await incidents();
      expect(status).toBe(3);
      expect(all.map(({ rule }) => rule)).toEqual(['coverage']);
      expect(of('coverage')[0]?.['message']).toMatch(
        /gateway [^ ]+ cannot be trusted, .* it shows [^ ]+ SHA256:.* has [^ ]+ SHA256:.* trust it, with: cruc-fleet inventory trust --gateway .*; no answer from 3\/\[0-1\]$/,
      );
    }
    await rack.simulation.setGatewayFault('3/0', null);
    await check();
    const { status, news } = await incidents();
    expect([status, news.map(({ kind, rule }) => `${String(kind)} ${String(rule)}`)]).toEqual([
      0,
      ['resolved coverage'],
    ]);
  });

  it('that shows another key keeps no sled back that another one reaches', async () => {
    startVm(0, 1);
    const [, other] = rack.simulation.gateways;
    const own = `gateways: [{ host: "${other!.host}", port: ${other!.port}, user: root }]`;
    const yaml = readFileSync(rack.inventory, 'utf8').replace('cubby: 0,', `cubby: 0, ${own},`);
    inventory = join(folder, 'inventory.yaml');
    writeFileSync(inventory, yaml);
    await rack.simulation.setGatewayFault('3/0', 'wrong-host-key');
    const { status, stdout } = await check();
    expect(status).toBe(3);
    expect(stdout).toMatch(/^CRUC_FLEET UNKNOWN - rack 3: 1 rack not covered; 1 of 2 sleds answered/);
    const { of, incidents: all } = await incidents();
    expect(all.map(({ rule }) => rule)).toEqual(['coverage']);
    expect(of('coverage')[0]?.['message']).toMatch(
      /^gateway [^ ]+ cannot be trusted.*; no answer from 3\/1$/,
    );
  });

  it('that is lost with the other one is one entry, and who stays silent is told when they are back', async () => {
    const vm = startVm(0, 1);
    await check();
    for (const gateway of ['3/0', '3/1']) await rack.simulation.setGatewayFault(gateway, 'refused');
    const told: string[] = [];
    const tell = ({ news }: Awaited<ReturnType<typeof incidents>>) =>
      told.push(news.map(({ kind, rule }) => `${String(kind)} ${String(rule)}`).join(', '));
    for (const _ of [1, 2, 3]) tell(await incidents());
    crucible(0).setStates(vm.sessions[0]!, ['active', 'faulted', 'active']);
    for (const gateway of ['3/0', '3/1']) await rack.simulation.setGatewayFault(gateway, null);
    await rack.simulation.setFault('3/1', 'refused');
    tell(await incidents());
    tell(await incidents());
    expect(told).toEqual([
      'opened coverage',
      '',
      '',
      'opened degraded, opened sled_silent',
      'resolved coverage',
    ]);
  });
});

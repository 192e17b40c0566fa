import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CrucibleProcess } from '../../src/simulator/crucible.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { createDisk, type Disk, type Session } from '../../src/simulator/upstairs-session.ts';
import { requireSshd } from '../support/openssh-server.ts';
import { withOpensshRack } from '../support/openssh-rack.ts';
import { isLong } from '../support/sized.ts';

/**
 * What happens to a rack, and what arrives of it over real OpenSSH and SMTP: the status of each run, and the part of
 * each mail that is read first. Five minutes pass between two runs. The stories are in test/fixtures/golden/story-*,
 * and `story-list.test.ts` says which of them holds what. `npm test` has the first of them; `LONG=1 npx vitest -u` with
 * this file writes all.
 */
const reason = requireSshd();
const MINUTE = 60_000;
const START = Date.parse('2026-11-26T08:00:00Z');
/** A story that is not in the sample. */
const whole = it.runIf(isLong);

describe.skipIf(reason !== null)(`the mails of${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
  const openssh = withOpensshRack({
    isWarm: true,
    sledsPerRack: 3,
    propolisPerSled: 0,
    seed: 5,
    ioRate: 0,
    // The last sled has Crucible of 2021.
    crucible: new Map([['3/BRM42220002', 'camel-2021']]),
  });
  const { rack } = openssh;
  let folder: string;
  let now: number;
  let random = createRandom(7);
  let zones: (readonly [cubby: number, zone: string])[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-mails-'));
    now = START;
    random = createRandom(7);
  });

  afterEach(() => {
    for (const [cubby, zone] of zones) crucible(cubby).haltZone(zone);
    zones = [];
    rmSync(folder, { recursive: true, force: true });
  });

  const crucible = (cubby: number) => rack.crucible(`3/${cubby}`);
  const disks = (count: number) => Array.from({ length: count }, () => createDisk(random));

  function startVm(cubby: number, of: readonly Disk[], kind = 'propolis-server'): CrucibleProcess {
    const zone = `oxz_${kind === 'propolis-server' ? kind : 'crucible_pantry'}_${random.uuid()}`;
    crucible(cubby).bootZone(zone);
    zones.push([cubby, zone]);
    const process = crucible(cubby).startProcess({
      zone,
      args: `/opt/oxide/${kind}/bin/${kind} run`,
      command: kind,
      crucible: 'upstairs',
      disks: of,
    });
    for (const session of process.sessions) session.nextJobId = session.startedJobId + 4000;
    return process;
  }

  const set = (cubby: number, session: Session | undefined, ...states: Session['states']) => {
    if (session === undefined) throw new Error('there is no such disk');
    crucible(cubby).setStates(session, states);
  };

  /** Writes down what happens, and what arrives of it. */
  function story() {
    const lines: string[] = [];
    return {
      /** After `what` there were so many runs. */
      after: async (what: string, runs = 1, ...more: readonly string[]) => {
        lines.push(`## ${what}`, '');
        for (let n = 0; n < runs; n++) {
          const { status, mails } = await openssh.check(now, join(folder, 'check.json'), ...more);
          lines.push(`${new Date(now).toISOString().slice(11, 16)} exit ${status}`, '');
          for (const mail of mails) lines.push(`Subject: ${mail.subject}`, '', head(mail.text), '');
          now += 5 * MINUTE;
        }
      },
      isAs: (name: string) =>
        expect(`${settled(lines.join('\n')).trim()}\n`).toMatchFileSnapshot(
          new URL(`../fixtures/golden/story-${name}.txt`, import.meta.url).pathname,
        ),
    };
  }

  it('a VM that moves or ends while sleds are watched', async () => {
    const { after, isAs } = story();
    const { world } = rack.simulation;
    const [one, two] = [startVm(0, disks(1)), startVm(0, disks(1))];
    for (const { sessions } of [one, two]) set(0, sessions[0], 'active', 'faulted', 'active');
    await after('a downstairs of two VMs is faulted');
    const migrate = (vm: CrucibleProcess) => {
      const moved = world.migrate(world.sled('3/0'), vm.pid, world.sled('3/1'));
      zones.push([1, moved.zone]);
      set(1, moved.sessions[0], 'active', 'faulted', 'active');
      return moved;
    };
    let held = openssh.hold();
    let moved = one;
    crucible(0).afterReports(one.sessions[0]!, 1, () => {
      moved = migrate(one);
      held.release();
    });
    await after('the first migrates within a window');
    held = openssh.hold();
    const between = async () => {
      await held.firstHasAnswered;
      migrate(two);
      held.release();
    };
    const what = 'the second migrates between the windows of two sleds, since one is late';
    await Promise.all([between(), after(what)]);
    crucible(1).afterReports(moved.sessions[0]!, 1, () => crucible(1).haltZone(moved.zone));
    await after('the process of the first exits within a window', 2);
    await isAs('window');
  });

  whole(
    'a pantry that holds a volume, and ends',
    async () => {
      const { after, isAs } = story();
      const pantry = startVm(1, disks(1), 'crucible-pantry');
      await after('a pantry works on a volume');
      now += 60 * MINUTE;
      await after('an hour later');
      crucible(1).haltZone(pantry.zone);
      await after('the pantry ends', 3);
      await isAs('pantry');
    },
    120_000,
  );

  whole(
    'a live repair that gets on, stalls and is aborted',
    async () => {
      const { after, isAs } = story();
      // A repair has jobs of its own, which the simulator leaves unanswered for as long as nobody looks.
      const noJobs = ['--set', 'rules.jobs_stuck=off'];
      const [disk] = startVm(0, disks(2)).sessions;
      set(0, disk, 'active', 'faulted', 'active');
      await after('downstairs 1 is faulted', 2, ...noJobs);
      set(0, disk, 'active', 'live_repair', 'active');
      await after('its live repair makes progress', 2, ...noJobs);
      set(0, disk, 'active', 'active', 'active');
      await after('it is done', 3, ...noJobs);
      crucible(0).setStalled(disk!, true);
      set(0, disk, 'active', 'live_repair', 'active');
      await after('another one makes no progress', 2, ...noJobs);
      set(0, disk, 'active', 'offline', 'active');
      await after('it is aborted', 3, ...noJobs);
      await isAs('repair');
    },
    120_000,
  );

  whole(
    'a disk that gets worse, and one that is down for good',
    async () => {
      const { after, isAs } = story();
      const vm = startVm(0, disks(2));
      const [one, two] = vm.sessions;
      set(0, one, 'active', 'faulted', 'active');
      set(0, two, 'faulted', 'active', 'offline');
      await after('two disks of one VM are ill');
      set(0, one, 'offline', 'faulted', 'active');
      await after('the first gets worse');
      set(0, two, 'faulted', 'faulted', 'faulted');
      await after('the second loses all');
      crucible(0).haltZone(vm.zone);
      await after('the VM is stopped', 3);
      await isAs('worse');
    },
    120_000,
  );

  whole(
    'a VM that moves, begins again and is gone',
    async () => {
      const { after, isAs } = story();
      const vm = startVm(0, disks(1));
      set(0, vm.sessions[0], 'active', 'faulted', 'active');
      await after('downstairs 1 is faulted');
      const { world } = rack.simulation;
      const moved = world.migrate(world.sled('3/0'), vm.pid, world.sled('3/1'));
      zones.push([1, moved.zone]);
      set(1, moved.sessions[0], 'active', 'faulted', 'active');
      await after('its VM migrates between two runs, and has another PID and session', 2);
      crucible(1).haltZone(moved.zone);
      await after('its zone is gone', 3);
      await isAs('migration');
    },
    120_000,
  );

  whole(
    'a disk that comes and goes',
    async () => {
      const { after, isAs } = story();
      const [disk] = startVm(0, disks(1)).sessions;
      await after('all is well');
      for (const _ of [1, 2]) {
        set(0, disk, 'active', 'offline', 'active');
        set(0, disk, 'active', 'active', 'active');
        await after('downstairs 1 reconnects between two runs');
      }
      now += 60 * MINUTE;
      await after('an hour later', 3);
      await isAs('flapping');
    },
    120_000,
  );

  whole(
    'a disk that is active twice',
    async () => {
      const { after, isAs } = story();
      const [disk, other] = disks(2);
      const two = [startVm(0, [disk!]), startVm(1, [disk!])] as const;
      await after('on two sleds');
      crucible(1).haltZone(two[1].zone);
      await after('one of them ends', 3);
      startVm(0, [other!]);
      startVm(0, [other!]);
      await after('another, in two processes of one sled');
      await isAs('twice');
    },
    120_000,
  );

  whole(
    'what says nothing, or nothing that can be read',
    async () => {
      const { after, isAs } = story();
      const one = startVm(0, disks(1)).sessions[0]!;
      const two = startVm(1, disks(2)).sessions[1]!;
      two.nextJobId += 7;
      await after('all is well');
      crucible(0).setReports(one, false);
      crucible(1).setReports(two, false);
      await after('a process is silent, and one upstairs of another', 2);
      crucible(0).setReports(one, true);
      crucible(1).setReports(two, true);
      two.nextJobId += 3;
      await after('they report again', 2);
      one.unwritable = 'recursion limit exceeded';
      await after('a report cannot be read', 2);
      one.unwritable = null;
      await after('it can again', 2);
      openssh.setDrops(true);
      await after('dtrace drops some of it');
      openssh.setDrops(false);
      await after('it drops nothing', 2);
      startVm(1, []);
      await after('a VM without a disk of Crucible', 4, '--set', 'rules.no_report.runs=2');
      await isAs('silence');
    },
    120_000,
  );

  whole(
    'what lasts too long',
    async () => {
      const { after, isAs } = story();
      const [offline, waiting, reconciling, stuck] = startVm(0, disks(4)).sessions;
      set(0, offline, 'active', 'offline', 'active');
      set(0, waiting, 'wait_quorum', 'new', 'wait_quorum');
      set(0, reconciling, 'reconcile', 'reconcile', 'reconcile');
      stuck!.nextJobId += 3;
      startVm(1, disks(1), 'crucible-pantry');
      await after('offline, in wait_quorum, reconciling, with jobs, and a pantry', 3);
      now += 60 * MINUTE;
      await after('an hour later');
      await isAs('lasting');
    },
    120_000,
  );

  whole('a sled with a Crucible of 2021, and a clock that was at 1970', async () => {
    const { after, isAs } = story();
    now = Date.parse('1970-01-01T00:01:00Z');
    const [disk] = startVm(2, disks(1)).sessions;
    set(2, disk, 'active', 'faulted', 'active');
    await after('a downstairs is faulted, and the clock of this machine is at 1970');
    now = START;
    await after('the clock is set', 2);
    set(2, disk, 'active', 'active', 'active');
    await after('it is well again', 3);
    await isAs('eras');
  });

  whole(
    'sleds that are lost, and come back',
    async () => {
      const { after, isAs } = story();
      await openssh.stopSled(0);
      await after('a sled is lost', 2);
      await openssh.stopSled(1);
      await after('another one, and so most of the rack', 3);
      for (const cubby of [0, 1]) await openssh.startSled(cubby);
      openssh.trust();
      await after('both are back', 3);
      await isAs('sleds');
    },
    120_000,
  );

  whole('a gateway that is lost, and comes back with another key', async () => {
    const { after, isAs } = story();
    const [disk] = startVm(0, disks(1)).sessions;
    await after('all is well');
    await openssh.stopGateway();
    await after('the gateway is lost', 3);
    set(0, disk, 'active', 'faulted', 'active');
    await openssh.startGateway();
    await after('it is back with another key', 2);
    openssh.trust();
    await after('the key is accepted, and a disk has become ill', 3);
    await isAs('gateway');
  });
});

/** A mail as far as the command that shows it, without how to find a downstairs, which is the same in each. */
function head(text: string): string {
  const [top = '', command = ''] = text.split('To see it live:\n\n', 2);
  const short = top
    .replace(/^The sled named here[^]*?\n {2}omdb db disks info .*\n\n/m, '')
    .replace(/^What changed.*\n-+\n/m, '');
  return `${short.trim()}\n${command.split('\n', 1)[0]}`.replaceAll(/^(?=.)/gm, '  ');
}

/** Without what is another in each run of the test. */
function settled(text: string): string {
  return (
    text
      // How many extents there were, and so where a line ends, is not the same each time.
      .replaceAll(/live\s+repair\s+of[^]{0,260}?(a\s+second\)|at\s+extent\s+\d+)/g, (part) =>
        part.replaceAll(/\s+/g, ' '),
      )
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
      .replaceAll(/(?<=PID\s+)\d+/g, 'N')
      .replaceAll(/--pid \d+/g, '--pid N')
      .replaceAll(/--upstairs \w+/g, '--upstairs ID')
      .replaceAll(/(?<=next\s+job\s+|at\s+extent\s+)\d+/g, 'N')
      .replaceAll(/\d+(?=\s+(extents\s+)?repaired)|\d+(?=\s+confirmed)/g, 'N')
      .replaceAll(/\d+\.\d(?=\s+a\s+second)/g, 'N')
      .replaceAll(/SHA256:[\w+/]{43}/g, 'SHA256:KEY')
      .replaceAll(/(?<=127\.0\.0\.1\]?:)\d+/g, 'PORT')
      .replaceAll(/(?:\/[^\s/]+)*\/cruc-fleet-rack-\w+/g, '/RACK')
      .replaceAll(/ +$/gm, '')
  );
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Session } from '../../src/simulator/upstairs-session.ts';
import { startMailServer, reply, type MailServer } from '../support/mail-server.ts';
import { run } from '../support/run-program.ts';
import { withRack } from '../support/rack.ts';

/**
 * A day of a simulated rack, half an hour a run: real SSH, D that is executed, a real mail server. Only the clock is
 * not real. What arrives must be exactly what a person on call would want, and nothing else.
 */
const HALF_HOUR = 30 * 60_000;
const START = Date.parse('2026-11-26T00:00:00Z');

let mailServer: MailServer;
let isAway = false;

const rack = withRack({ isShellFree: true, sledsPerRack: 4, propolisPerSled: 1, seed: 11 }, async () => {
  mailServer = await startMailServer({}, () => {
    if (isAway) throw reply(451, 'come back later');
  });
});

afterAll(async () => {
  await mailServer.stop();
});

const sessionsOf = (cubby: number) => rack.sessions(`3/${cubby}`);

function setStates(cubby: number, session: Session, ...states: Session['states']) {
  rack.crucible(`3/${cubby}`).setStates(session, states);
}

describe('a day of checks', () => {
  it('mails exactly what is new: faults that come and go, sleds that vanish, a migration, a clock that jumps', async () => {
    let now = START;
    const inventory = join(rack.folder, 'three.yaml');
    writeFileSync(inventory, rack.inventoryOf('3/1', '3/2', '3/3'));
    const lines: string[] = [];
    const check = async (hour: string) => {
      const before = mailServer.mails.length;
      const { status } = await run(
        [
          'check',
          // An upstairs reports a little less than once a second: in one second it may be silent.
          '--window',
          '2s',
          '-i',
          inventory,
          '--state-file',
          join(rack.folder, 'check.json'),
          '--mail-to',
          'ada@example.com,bob@example.com',
          '--mail-from',
          'cruc-fleet@example.com',
          '--smtp',
          `smtp://127.0.0.1:${mailServer.port}`,
          '--repeat',
          '2h',
          '--cron',
        ],
        { now: () => new Date(now) },
      );
      const subjects = mailServer.mails.slice(before).map((mail) => mail.parsed.subject);
      lines.push(`${hour} ${status} ${subjects.join(' + ')}`.trim());
      now += HALF_HOUR;
    };

    const [victim] = sessionsOf(1);
    const [other] = sessionsOf(2);
    await check('00:00');
    setStates(1, victim!, 'active', 'faulted', 'active');
    await check('00:30');
    await check('01:00');
    setStates(1, victim!, 'active', 'faulted', 'offline');
    await check('01:30');
    setStates(1, victim!, 'active', 'live_repair', 'active');
    await check('02:00');
    // Its sled vanishes in the middle of the repair: that is no end of it.
    await rack.simulation.setFault('3/1', 'refused');
    await check('02:30');
    await check('03:00');
    await check('03:30');
    await rack.simulation.setFault('3/1', null);
    await check('04:00');
    await check('04:30');
    setStates(1, victim!, 'active', 'active', 'active');
    await check('05:00');
    await check('05:30');
    await check('06:00');
    // A mail server that is away: nothing is lost, nothing comes twice.
    isAway = true;
    setStates(2, other!, 'faulted', 'active', 'active');
    await check('06:30');
    await check('07:00');
    isAway = false;
    await check('07:30');
    await check('08:00');
    // A live migration of what is ill: the same incident, elsewhere.
    const crucible = rack.crucible('3/2');
    const pid = crucible.processes().find((each) => each.sessions.includes(other!))!.pid;
    const moved = rack.simulation.world.migrate(
      rack.simulation.world.sled('3/2'),
      pid,
      rack.simulation.world.sled('3/3'),
    );
    const session = moved.sessions.find((each) => each.upstairsId === other!.upstairsId)!;
    setStates(3, session, 'faulted', 'active', 'active');
    await check('08:30');
    await check('09:00');
    // The clock is set a day ahead, and back: one reminder too early, and none too few.
    now += 24 * 2 * HALF_HOUR;
    await check('clock ahead');
    now -= 24 * 2 * HALF_HOUR;
    await check('clock right');
    for (let n = 0; n < 3; n++) await check(`quiet ${n}`);
    setStates(3, session, 'active', 'active', 'active');
    await check('healed');
    await check('over');
    await check('calm');
    const quiet = Array.from({ length: 3 }, (_, n) => `quiet ${n} 2`);
    expect(lines).toEqual([
      '00:00 0',
      '00:30 2 [cruc-fleet] CRITICAL - rack 3: 1 degraded - new',
      '01:00 2',
      // Worse: a second downstairs.
      '01:30 2 [cruc-fleet] CRITICAL - rack 3: 1 disk stopped (two of three downstairs lost) - worse',
      // Better: one is under repair, the other is back and not over yet.
      '02:00 1 [cruc-fleet] WARNING - rack 3: 1 repairing, 1 clearing - better',
      '02:30 3',
      // The sled was silent twice in a row.
      '03:00 3 [cruc-fleet] UNKNOWN - rack 3: 1 repairing - new: 1 sled silent; 2 of 3 sleds answered',
      '03:30 3',
      // Back: the second downstairs is well for the second time, and so is known to be over.
      '04:00 1 [cruc-fleet] WARNING - rack 3: 1 repairing, 1 clearing - resolved: 1 disk stopped',
      // The sled answers for the second time.
      '04:30 1 [cruc-fleet] WARNING - rack 3: 1 repairing - resolved: 1 sled silent',
      '05:00 0',
      '05:30 0 [cruc-fleet] OK - rack 3: resolved: 1 repairing',
      '06:00 0',
      '06:30 2',
      '07:00 2',
      // The mail of 06:30, when its server is back.
      '07:30 2 [cruc-fleet] CRITICAL - rack 3: 1 degraded - new',
      '08:00 2',
      // Moved.
      '08:30 2 [cruc-fleet] CRITICAL - rack 3: 1 degraded - moved',
      '09:00 2',
      'clock ahead 2 [cruc-fleet] CRITICAL - rack 3: still 1 degraded',
      'clock right 2',
      ...quiet,
      'healed 0',
      'over 0 [cruc-fleet] OK - rack 3: resolved: 1 degraded',
      'calm 0',
    ]);
    const texts = mailServer.mails.map((mail) => mail.parsed.text ?? '');
    expect(texts[1]).toMatch(
      /^worse +degraded → disk stopped; downstairs 2 active → offline;\s+was\s+active\/faulted\/active$/m,
    );
    expect(texts[3]).toMatch(/^not seen in this run|not seen in this run: 3\/BRM42220001/m);
    expect(texts.find((text) => text.includes('\nmoved '))).toContain('3/BRM42220003');
    // Nobody hears the same twice, everybody hears all.
    expect(new Set(mailServer.mails.map((mail) => mail.parsed.messageId)).size).toBe(texts.length);
    for (const mail of mailServer.mails) expect(mail.to).toEqual(['ada@example.com', 'bob@example.com']);
  }, 240_000);
});

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { keepRun } from '../../src/history/keep-run.ts';
import { applyRun, emptyLife, lifeLine } from '../../src/history/life.ts';
import { lineText } from '../../src/history/line-text.ts';
import type { Picture, SessionSight } from '../../src/history/picture.ts';
import { changesOf } from '../../src/history/run-changes.ts';
import { sized } from '../support/sized.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const START = Date.parse('2026-01-01T00:00:00Z');
const FACTS = {
  host: 'monitor.example',
  command: 'check',
  windowMs: 3000,
  selection: 'all sleds',
  clock: { boot: 'c0b92059-1111', ms: 1 },
};
const ONCE = [1, 1, 1] as const;
const OK = 'active active active';

const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-size-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const id = (n: number) => `${n.toString(16).padStart(8, '0')}-28a3-44af-a6f0-e7f2338daa3d`;

/** A fleet with 16 upstairs on each sled; `ill` gives the condition of those that are not well. */
function fleet(at: number, sleds: number, ill: (n: number) => string | null = () => null): Picture {
  const asked: Picture['sleds'] = new Map(
    Array.from({ length: sleds }, (_, n) => [
      `3/BRM4222${1000 + n}`,
      { seen: 'whole', why: null, serial: `BRM4222${1000 + n}`, cubby: n % 32 },
    ]),
  );
  const sessions = [...asked.keys()].flatMap((sled, s) =>
    Array.from({ length: 16 }, (_, u): SessionSight => {
      const n = s * 16 + u;
      const counters = { completed: ONCE, aborted: ONCE, connected: ONCE, replaced: ONCE };
      const condition = ill(n) ?? OK;
      const repairs = condition.includes('live_repair')
        ? [{ kind: 'live_repair', ds: 1, repaired: at % 10_000, confirmed: 1000, extent: 5 } as const]
        : [];
      const who = {
        rack: '3',
        sled,
        zone: `oxz_propolis-server_${id(n)}`,
        pid: 1000 + n,
        upstairsId: id(n),
        sessionId: id(n + 100_000),
      };
      return { who, condition, counters, repairs };
    }),
  );
  return { at, until: at + 3000, sleds: asked, sessions, mutes: [] };
}

describe('the size of a history', () => {
  it('grows by a few bytes in a run of 8,192 unchanged upstairs, once a line says all', async () => {
    const place = { path: join(folder, 'large'), keepMs: 90 * DAY, isFolderOurs: true };
    const keep = async (n: number) => {
      const picture = fleet(START + n * 5 * MINUTE, 512);
      const cpu = process.cpuUsage();
      await keepRun(place, picture, FACTS, { random: Math.random, now: () => new Date(picture.at) });
      const { user, system } = process.cpuUsage(cpu);
      return { ms: (user + system) / 1000, bytes: statSync(place.path).size };
    };
    const runs = [await keep(0), await keep(1), await keep(2), await keep(3)];
    // Of CPU: generous, since it is measured next to other tests.
    expect(runs[3]!.ms).toBeLessThan(1000);
    expect(runs[3]!.bytes - runs[2]!.bytes).toBeLessThan(200);
  });

  it('of a year of a rack, checked each five minutes, with faults and repairs each day, is below 100 MB', () => {
    const days = sized(1, 366);
    const life = emptyLife();
    let [first, bytes] = [0, 0];
    // Each day another eight of them fault for an hour and are repaired for two.
    const well = fleet(START, 32);
    for (let run = 0; run < days * 288; run++) {
      const at = START + run * 5 * MINUTE;
      const [day, minute] = [Math.floor(run / 288), (run % 288) * 5];
      const condition = minute < 60 ? 'active faulted active' : 'active live_repair active';
      const ill = (n: number) => (n % 64 === day % 64 ? condition : null);
      const picture = minute < 180 ? fleet(at, 32, ill) : { ...well, at, until: at + 3000 };
      const line = changesOf(life, picture, { ...FACTS, clock: { boot: FACTS.clock.boot, ms: at } });
      applyRun(life, line);
      if (run === 0) first = lineText(line).length;
      else bytes += lineText(line).length;
    }
    const lives = 53 * lineText(lifeLine(life, START)).length;
    const aYear = first + (bytes / days) * 366 + lives;
    expect(aYear).toBeLessThan(100e6);
  });
});

import fs from 'node:fs';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chronicleOf } from '../../src/history/chronicle.ts';
import { readLines } from '../../src/history/history-file.ts';
import { keepRun } from '../../src/history/keep-run.ts';
import type { Line } from '../../src/history/line.ts';
import type { BootClock } from '../../src/model/boot-clock.ts';
import type { Picture } from '../../src/history/picture.ts';
import { whoOf } from './support/pictures.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const START = Date.parse('2026-11-01T00:00:00Z');
const FACTS = { host: 'here', command: 'check', windowMs: 3000, selection: 'rack 3', clock: null };

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-history-'));
  file = join(folder, 'check.history.ndjson');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const keep = async (
  picture: Picture,
  { keepMs = 90 * DAY, host = 'here', path = file, clock = null as BootClock | null } = {},
) =>
  await keepRun(
    { path, keepMs, isFolderOurs: true },
    picture,
    { ...FACTS, host, clock },
    {
      random: Math.random,
      now: () => new Date(picture.at),
    },
  );

/** One sled with one upstairs for each state, at a time. */
function picture(at: number, ...states: readonly string[]): Picture {
  const sessions = states.map((condition, n) => {
    return { who: whoOf(n, '3/a', 0), condition, counters: {}, repairs: [] };
  });
  return {
    at,
    until: at + 3000,
    sleds: new Map([['3/a', { seen: 'whole', why: null, serial: null, cubby: 0 }]]),
    sessions,
    mutes: [],
  };
}

const OK = 'active active active';
const ILL = 'active faulted active';

async function linesIn(path = file): Promise<readonly (Line | null)[]> {
  const lines: (Line | null)[] = [];
  for await (const line of readLines(path)) lines.push(line);
  return lines;
}

const runsIn = async (path = file) => (await linesIn(path)).filter((line) => line?.kind === 'run');

describe('keepRun', () => {
  it('adds a short line where nothing changed', async () => {
    expect(await keep(picture(START, OK, OK))).toEqual([]);
    const before = statSync(file).size;
    expect(await keep(picture(START + 5 * MINUTE, OK, OK))).toEqual([]);
    expect(statSync(file).size - before).toBeLessThan(120);
    expect(readdirSync(folder)).toEqual(['check.history.ndjson', 'check.history.ndjson.lock']);
  });

  it('loses no run where many write at once', async () => {
    const all = Array.from({ length: 8 }, (_, n) => picture(START + n * MINUTE, n % 2 === 0 ? OK : ILL));
    const said = await Promise.all(all.map(async (each, n) => await keep(each, { host: `host-${n % 2}` })));
    expect(said.flat()).toEqual([]);
    const runs = await runsIn();
    expect(runs.map((run) => run?.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(runs.map((run) => run?.at))).toEqual(new Set(all.map(({ at }) => at)));
  });

  it('takes away what a writer left that was killed, and nothing else', async () => {
    await keep(picture(START, OK));
    const whole = readFileSync(file);
    await keep(picture(START + MINUTE, ILL));
    const more = readFileSync(file);
    for (let cut = whole.length + 1; cut < more.length; cut += 7) {
      writeFileSync(file, more.subarray(0, cut));
      expect(await keep(picture(START + 2 * MINUTE, ILL))).toEqual([]);
      expect((await runsIn()).map((run) => run?.seq)).toEqual([1, 2]);
    }
  });

  it('sets a damaged file aside with a sentence, and begins a new one', async () => {
    for (const [text, why] of [
      ['', 'empty'],
      ['dear diary\n', 'not a history of cruc-fleet'],
      ['{"format":"cruc-fleet/history","version":1}\n', 'damaged'],
    ] as const) {
      writeFileSync(file, text);
      const [said] = await keep(picture(START, OK));
      expect(said).toContain(`the history ${file} was ${why}`);
      const aside = readdirSync(folder).find((name) => name.includes('.damaged-2026-11-01T00-00-00'))!;
      expect(readFileSync(join(folder, aside), 'utf8')).toBe(text);
      rmSync(join(folder, aside));
      expect(await runsIn()).toHaveLength(1);
    }
    // A bit that fell over in the middle.
    await keep(picture(START + MINUTE, OK));
    await keep(picture(START + 2 * MINUTE, ILL));
    const bytes = readFileSync(file);
    bytes[bytes.indexOf('"opened"') + 3]! ^= 1;
    writeFileSync(file, bytes);
    expect((await keep(picture(START + 3 * MINUTE, OK)))[0]).toContain('set aside');
  });

  it('leaves a file of a newer version as it is', async () => {
    const text = '{"format":"cruc-fleet/history","version":2}\nwhatever comes\n';
    writeFileSync(file, text);
    expect((await keep(picture(START, OK)))[0]).toContain('is of version 2');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('says where nothing can be written, and makes no folder that was named', async () => {
    writeFileSync(join(folder, 'plain'), '');
    expect((await keep(picture(START, OK), { path: join(folder, 'plain', 'history') }))[0]).toMatch(
      /could not be written/,
    );
    const path = join(folder, 'mistyped', 'history');
    const place = { path, keepMs: DAY, isFolderOurs: false };
    const [said] = await keepRun(place, picture(START, OK), FACTS, {
      random: Math.random,
      now: () => new Date(START),
    });
    expect(said).toContain(`mkdir -m 700 ${join(folder, 'mistyped')}`);
    expect(readdirSync(folder)).toEqual(['plain']);
  });

  it('says that the disk is full, and leaves the file as it was', async () => {
    await keep(picture(START, OK));
    const before = readFileSync(file);
    const { open } = fs.promises;
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    fs.promises.open = async (...given) => {
      const handle = await open(...given);
      return given[1] === 'r+' ? mortal(handle, () => true, full, ['write']) : handle;
    };
    syncBuiltinESMExports();
    const said = await keep(picture(START + MINUTE, ILL)).finally(() => {
      fs.promises.open = open;
      syncBuiltinESMExports();
    });
    expect(said).toEqual([expect.stringContaining('its disk is full')]);
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(`${file}.lock`)).toEqual([]);
  });

  it('keeps what is younger than it is to be kept, and thins the samples of a repair', async () => {
    const repairing = (at: number, repaired: number): Picture => {
      const { sessions, ...rest } = picture(at, 'active live_repair active');
      const repairs = [{ kind: 'live_repair', ds: 1, repaired, confirmed: 0, extent: repaired } as const];
      return { ...rest, sessions: sessions.map((session) => ({ ...session, repairs })) };
    };
    for (let n = 0; n < 40; n++) await keep(repairing(START + n * 5 * MINUTE, n));
    const week = async (n: number) =>
      await keep(picture(START + n * 8 * DAY, n % 2 === 0 ? OK : ILL), { keepMs: 20 * DAY });
    await week(1);
    const samples = (await runsIn()).flatMap((run) => (run?.kind === 'run' ? (run.samples ?? []) : []));
    // The first, the last, and one in each of the hours that follow the first.
    expect(samples.map((each) => each.kind === 'live_repair' && each.repaired)).toEqual([0, 12, 24, 36, 39]);
    for (let n = 2; n < 8; n++) await week(n);
    // It begins with a line that says all, not younger than what is to be kept, nor a week and a run older.
    const [first] = await linesIn();
    const age = (START + 7 * 8 * DAY - (first?.at ?? 0)) / DAY;
    expect([first?.kind, age >= 20, age <= 28 + 1]).toEqual(['life', true, true]);
    // What was so before it is known all the same.
    expect((await chronicleOf(readLines(file))).sessions[0]!.spans).toHaveLength(4);
  });

  it('forgets nothing by a clock that shows next year', async () => {
    for (let n = 0; n < 4; n++) {
      const isAhead = n === 2;
      const at = START + n * 8 * DAY + (isAhead ? 365 * DAY : 0);
      await keep(picture(at, n % 2 === 0 ? OK : ILL), {
        keepMs: 30 * DAY,
        clock: { boot: 'a', ms: n * 8 * DAY },
      });
    }
    const { sessions, clockSets } = await chronicleOf(readLines(file));
    expect(sessions[0]?.spans).toHaveLength(4);
    expect(clockSets.map(({ byMs }) => byMs / DAY)).toEqual([365, -365]);
  });

  it('forgets a sled that nobody has asked for as long as it keeps anything', async () => {
    await keep(picture(START, OK));
    const elsewhere = (n: number): Picture => {
      const { sleds, ...rest } = picture(START + n * 8 * DAY);
      return { ...rest, sleds: new Map([...sleds].map(([, sight]) => ['3/b', sight])) };
    };
    for (let n = 1; n < 5; n++) await keep(elsewhere(n), { keepMs: 20 * DAY });
    const { life, sessions } = await chronicleOf(readLines(file));
    expect([...life.sleds.keys()]).toEqual(['3/b']);
    expect(life.sessions.size).toBe(0);
    expect(sessions).toMatchObject([{ ended: null, spans: [{ last: { at: START } }] }]);
  });

  it('goes on behind damage in the middle, and shows what was lost as not seen', async () => {
    await keep(picture(START, OK));
    for (let n = 1; n < 3; n++) await keep(picture(START + n * 8 * DAY, ILL));
    const text = readFileSync(file, 'utf8').split('\n');
    const first = text.findIndex((line) => line.includes('"kind":"run"'));
    text[first] = text[first]!.replace('active', 'actave');
    writeFileSync(file, text.join('\n'));
    const chronicle = await chronicleOf(readLines(file));
    expect(chronicle.damaged).toBe(1);
    expect(chronicle.life.sessions.size).toBe(1);
  });
});

describe('a writer that is killed', () => {
  it('at any change of the disk, in the middle of a write too, loses no run that was kept', async () => {
    let steps = 0;
    let killAt = 0;
    const undo = killing(() => (steps += 1) >= killAt && killAt > 0);
    try {
      for (const isFirst of [true, false]) {
        for (killAt = 1; killAt < 60; killAt++) {
          const due = isFirst ? 1 : 2;
          steps = 0;
          const at = killAt;
          killAt = 0;
          rmSync(folder, { recursive: true, force: true });
          fs.mkdirSync(folder);
          if (!isFirst) {
            await keep(picture(START, OK));
            await keep(picture(START + MINUTE, ILL));
          }
          const before = isFirst ? 0 : 2;
          [killAt, steps] = [at, 0];
          // After eight days a line that says all is due, and the file is rewritten.
          const ended = await keep(picture(START + 8 * DAY, OK), { keepMs: DAY }).then(
            () => 'lived',
            (error: unknown) => String(error),
          );
          const isKilled = steps >= at;
          killAt = 0;
          // The lock of who is killed holds nobody up: here it is this process, which lives.
          rmSync(`${file}.lock`, { recursive: true, force: true });
          expect(await keep(picture(START + 8 * DAY + due * MINUTE, ILL))).toEqual([]);
          const { life } = await chronicleOf(readLines(file));
          expect([before + 1, before + 2]).toContain(life.seq);
          expect(life.sessions.values().next().value?.condition).toBe(ILL);
          expect(await linesIn()).not.toContain(null);
          killAt = at;
          if (!isKilled) {
            expect(ended).toBe('lived');
            expect(at).toBeGreaterThan(isFirst ? 8 : 6);
            break;
          }
        }
      }
    } finally {
      undo();
    }
  });
});

/** From the moment on at which it is told so, nothing that changes the disk is done any more: as after kill -9. */
function killing(isDead: () => boolean): () => void {
  const real = { ...fs.promises };
  const names = ['open', 'rename', 'rm', 'mkdir'] as const;
  for (const name of names) {
    const work = real[name] as (...given: readonly unknown[]) => Promise<unknown>;
    Object.assign(fs.promises, {
      [name]: async (...given: readonly unknown[]) => {
        if (isDead()) throw new Error('killed');
        const made = await work(...given);
        return name === 'open' ? mortal(made as fs.promises.FileHandle, isDead) : made;
      },
    });
  }
  syncBuiltinESMExports();
  return () => {
    Object.assign(fs.promises, real);
    syncBuiltinESMExports();
  };
}

type Work = 'write' | 'writeFile' | 'truncate' | 'datasync' | 'sync';

/** From the moment on at which it is told so, these fail: a write when half of it is done. */
function mortal(
  handle: fs.promises.FileHandle,
  isDead: () => boolean,
  error: Error = new Error('killed'),
  which: readonly Work[] = ['write', 'writeFile', 'truncate', 'datasync', 'sync'],
): fs.promises.FileHandle {
  const changed: Partial<Record<Work, unknown>> = {};
  for (const name of which) {
    const work = handle[name].bind(handle) as (...given: readonly unknown[]) => Promise<unknown>;
    changed[name] = async (...given: readonly unknown[]) => {
      if (!isDead()) return await work(...given);
      const [what, from, length, at] = given;
      if (name === 'write') await work(what, from, Math.floor(Number(length) / 2), at);
      if (name === 'writeFile') await work(String(what).slice(0, String(what).length / 2));
      throw error;
    };
  }
  return Object.assign(handle, changed);
}

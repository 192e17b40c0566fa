import { beforeAll, describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/drawing/display-width.ts';
import { apply, beginWatch } from '../../src/watch/apply.ts';
import type { Now } from '../../src/watch/event.ts';
import { afterKey, FIRST_SCREEN, KEYS, keysIn, type ScreenState } from '../../src/watch/screen-state.ts';
import { sparkline } from '../../src/watch/sparkline.ts';
import { viewLines } from '../../src/watch/view.ts';
import type { Watched } from '../../src/watch/watched.ts';
import { stateRow } from '../support/reports.ts';
import { makeSled } from '../support/sleds.ts';

const START = Date.parse('2026-11-27T06:00:00Z');
const at = (seconds: number): Now => ({ ms: seconds * 1000, wall: START + seconds * 1000 });
const sleds = Array.from({ length: 32 }, (_, cubby) => makeSled(cubby));

let watched: Watched;

/** A rack with one of each: a loss, a change, repairs with and without a total, silence. */
beforeAll(() => {
  watched = beginWatch(sleds, at(0));
  const heard = sleds.slice(0, 31);
  for (const sled of heard) {
    const running = [{ zone: 'zone', pid: 20_000 + (sled.cubby ?? 0), command: 'propolis-server' }];
    apply(watched, { kind: 'begun', sled, program: 1, running, now: at(1) });
  }
  for (let second = 2; second <= 60; second++) {
    for (const sled of heard) {
      const n = sled.cubby ?? 0;
      if ((n === 7 || n === 9) && second > 40) continue;
      const row = {
        ...stateRow(n, statesOf(n, second), ''),
        ...countersOf(n, second),
        time_ns: String(BigInt(second) * 1_000_000_000n),
      };
      apply(watched, { kind: 'report', sled, program: 1, row, now: at(second) });
    }
    if (second === 41) {
      const why = 'the connection to fe80::9%cxgbe0 was lost: no answer to keepalive messages for 30 s';
      apply(watched, { kind: 'lost', sled: sleds[9]!, why, againMs: 30_000, now: at(second) });
    }
    apply(watched, { kind: 'tick', now: at(second) });
  }
});

function statesOf(n: number, second: number): [string, string, string] {
  if (n === 3 && second > 20) return ['active', 'faulted', 'active'];
  if (n === 4) return ['live_repair', 'active', 'active'];
  if (n === 5) return ['active', 'active', 'live_repair'];
  if (n === 6) return ['reconcile', 'reconcile', 'reconcile'];
  return ['active', 'active', 'active'];
}

function countersOf(n: number, second: number) {
  const repaired = {
    extents_repaired_0: 0,
    extents_confirmed_0: 0,
    extents_repaired_2: 0,
    extents_confirmed_2: 0,
  };
  return {
    ...repaired,
    next_job_id: 1000 + second * n,
    write_bytes_out: 4096 * (second % 5),
    write_delay_us_0: 0,
    live_repair_completed_1: n === 4 ? 1 : 0,
    live_repair_aborted_1: 0,
    extents_repaired_1: n === 4 ? 600 : 0,
    extents_confirmed_1: n === 4 ? 400 : 0,
    ...(n === 4 ? { extents_repaired_0: second * 5, extents_confirmed_0: 0 } : {}),
    ...(n === 5 ? { extents_repaired_2: Math.min(second, 30), extents_confirmed_2: 0 } : {}),
    extent_under_repair: n === 4 ? second * 5 : 0,
    reconciled: n === 6 ? second * 4 : 0,
    reconcile_needed: n === 6 ? 400 - second * 4 : 0,
  };
}

const view = (width: number, height: number, screen: Partial<ScreenState> = {}, unicode = true) =>
  viewLines(
    watched,
    { ...FIRST_SCREEN, ...screen },
    at(60),
    { width, height, unicode },
    'cruc-fleet watch: rack 3',
  );

const text = (lines: readonly string[]) => `${lines.map((line) => line.trimEnd()).join('\n')}\n`;

describe('the screen of a watch', () => {
  it('says in the detail of a session where its copies are, as old as kept facts are', () => {
    const size = { width: 80, height: 24, unicode: true };
    const open = { ...FIRST_SCREEN, isOpen: true, chosen: 3 };
    const cells = { disk: 'boot', instance: 'web', ds0_sled: '3/9', ds0_disk: 'A0793', facts_age: '2h old' };
    const lines = text(viewLines(watched, open, at(60), size, 'watch', () => cells));
    expect(lines).toMatch(
      /disk {5}boot, instance web\ncopy 0 {3}on 3\/9, disk A0793\ncopy 1 {3}on \?, disk \?\n/,
    );
    expect(lines).toContain('by kept facts: 2h old');
    expect(text(viewLines(watched, open, at(60), size, 'watch'))).not.toContain('by kept facts');
  });

  it.each([
    [80, 24],
    [200, 60],
  ])('at %i columns and %i lines is the picture that is kept', async (width, height) => {
    await expect(text(view(width, height))).toMatchFileSnapshot(
      `../fixtures/golden/watch-${width}x${height}.txt`,
    );
  });

  it('never has more lines or columns than the terminal, whatever is shown', () => {
    for (const [width, height] of [
      [20, 3],
      [40, 10],
      [79, 24],
      [80, 24],
      [120, 40],
      [300, 100],
    ] as const) {
      const screens: Partial<ScreenState>[] = [
        {},
        { showsAll: true, chosen: 25 },
        { showsHelp: true },
        { isOpen: true },
        { isOpen: true, chosen: 2 },
        { showsRack: false, filter: 'propolis' },
      ];
      for (const screen of screens) {
        for (const unicode of [true, false]) {
          const lines = view(width, height, screen, unicode);
          expect(lines).toHaveLength(height);
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
          // oxlint-disable-next-line no-control-regex -- everything else is ASCII
          if (!unicode) expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/);
        }
      }
    }
  });

  it('never shows what is old as if it were of now', () => {
    const lines = view(120, 40, { showsAll: true, chosen: 0, showsRack: false });
    const stale = lines.filter((line) => /34aa0007|34aa0009/.test(line) && !/^\d\d:/.test(line));
    expect(stale).toHaveLength(2);
    for (const line of stale) expect(line).toMatch(/STALE 20s/);
    expect(text(lines)).toContain('2 stale');
  });

  it('shows a lost sled with its whole error, and a session with its life, when it is opened', () => {
    expect(text(view(80, 24, { isOpen: true }))).toMatch(
      /sled 3\/BRM42220009[^]*no answer to\s+keepalive messages for\s+30 s/,
    );
    const session = text(view(80, 24, { isOpen: true, chosen: 1 }));
    expect(session).toMatch(/^upstairs 3f2b0003-7d14/m);
    expect(session).toMatch(/^changed +2026-11-27T06:00:21Z, was active\/active\/active$/m);
    expect(session).toMatch(/^jobs +[▁▂▃▄▅▆▇█]+ 3 a report$/m);
  });

  it('lists what a filter finds, by any of its words', () => {
    for (const [filter, listed] of [
      ['34aa0003', 1],
      ['3/4', 1],
      ['reconcile', 1],
      ['3f2b0005', 1],
      ['nothing', 0],
    ] as const) {
      expect(view(120, 40, { filter }).at(-1)).toMatch(new RegExp(`${listed} listed`));
    }
  });
});

describe('keys', () => {
  const press = (keys: string) => keysIn(keys).reduce(afterKey, FIRST_SCREEN);

  it('choose, open, filter, sort and end', () => {
    expect(press('\u001B[B\u001B[B\u001B[A\r')).toMatchObject({ chosen: 1, isOpen: true });
    expect(press('/ds\u007Fq3\r')).toMatchObject({ filter: 'dq3', isTyping: false, isOver: false });
    expect(press('/abc\u001B')).toMatchObject({ filter: '', isTyping: false });
    expect(press('s')).toMatchObject({ sort: 'sled' });
    expect(press('sss')).toMatchObject({ sort: 'worst' });
    expect(press('arp')).toMatchObject({ showsAll: true, showsRack: false, isPaused: true });
    expect(press('?')).toMatchObject({ showsHelp: true });
    expect(press('?x')).toMatchObject({ showsHelp: false });
    expect(press('q').isOver).toBe(true);
    expect(press('/\u0003').isOver).toBe(true);
  });

  it('that nobody knows do nothing', () => {
    expect(press('\u001B[15~\u0001\u001B[1;5C\u001BOP')).toEqual(FIRST_SCREEN);
  });
});

it('a sparkline has the highest of its numbers at the top', () => {
  expect(sparkline([0, 4, 8], true)).toBe('▁▅█');
  expect(sparkline([0, 0], false)).toBe('__');
  expect(sparkline([], true)).toBe('');
});

it('the help of the keys fits 80 columns whole', () => {
  const lines = text(view(80, 24, { showsHelp: true }));
  for (const [, what] of KEYS) expect(lines).toContain(what);
});

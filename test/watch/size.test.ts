import { expect, it } from 'vitest';
import { apply, beginWatch } from '../../src/watch/apply.ts';
import { createReportStream } from '../../src/watch/report-stream.ts';
import { FIRST_SCREEN } from '../../src/watch/screen-state.ts';
import { viewLines } from '../../src/watch/view.ts';
import { isLong, sized } from '../support/sized.ts';
import { makeSled } from '../support/sleds.ts';

/** A rack, or a sample of it. */
const SLEDS = sized(12, 32);
const SESSIONS = 16;
/** An hour, or a sample of it, as fast as it goes. */
const SECONDS = isLong ? 3600 : 70;

const uuid = (sled: number, n: number) =>
  `3f2b${String(sled * 100 + n).padStart(4, '0')}-7d14-4c7a-9a51-0d6c9f6b1a22`;

/** A report as Crucible writes it; one of 16 sessions is under repair. */
function line(sled: number, n: number, second: number): string {
  const three = (value: number) => [value, value, value];
  const status = {
    upstairs_id: uuid(sled, n),
    session_id: uuid(sled, n).replace('3f2b', 'c0b9'),
    up_count: 35,
    up_counters: {
      apply: 2_342_920_000 + second,
      action_downstairs: 1_060_080_000,
      action_guest: 353_320_000,
    },
    next_job_id: 353_320_000 + second * 50,
    ds_count: 4350,
    write_bytes_out: 226_492_416,
    ds_state: n === 0 ? ['LiveRepair', 'Active', 'Active'] : ['Active', 'Active', 'Active'],
    ds_io_count: { in_progress: three(2410), done: three(1940), skipped: three(3710), error: three(0) },
    ds_reconciled: 0,
    ds_reconcile_needed: 0,
    ds_live_repair_completed: three(0),
    ds_live_repair_aborted: three(0),
    ds_connected: three(1),
    ds_replaced: three(0),
    ds_extents_repaired: [second * 3, 0, 0],
    ds_extents_confirmed: [second * 2, 0, 0],
    ds_extent_limit: second * 5,
    ds_delay_us: three(12_500),
    ds_ro_lr_skipped: three(0),
  };
  const time = `17958379${String(second).padStart(4, '0')}000000${String(n).padStart(3, '0')}`;
  const zone = `oxz_propolis-server_34aa${String(sled * 100 + n).padStart(4, '0')}-d933-49fa-b38e-fc4607933d50`;
  return `{"zone":"${zone}","pid":${1000 + n},"time_ns":${time},"status":${JSON.stringify(status)}}\n`;
}

it(`${SLEDS * SESSIONS} upstairs for ${SECONDS} s take a small part of one CPU, and memory does not grow`, () => {
  const sleds = Array.from({ length: SLEDS }, (_, cubby) => makeSled(cubby));
  const streams = sleds.map(() => createReportStream());
  const at = (second: number) => ({ ms: second * 1000, wall: 1_795_837_900_000 + second * 1000 });
  const watched = beginWatch(sleds, at(0));
  const size = { width: 200, height: 60, unicode: true };
  let heardMs = 0;
  let kept = 0;
  for (let second = 1; second <= SECONDS; second++) {
    const texts = sleds.map((_, sled) =>
      Array.from({ length: SESSIONS }, (__, n) => line(sled, n, second)).join(''),
    );
    const before = process.cpuUsage();
    for (const [n, sled] of sleds.entries()) {
      for (const part of streams[n]!(texts[n]!))
        apply(watched, { ...part, sled, program: 1, now: at(second) });
    }
    for (let drawing = 0; drawing < 2; drawing++) {
      apply(watched, { kind: 'tick', now: at(second) });
      viewLines(watched, FIRST_SCREEN, at(second), size, 'watch');
    }
    const { user, system } = process.cpuUsage(before);
    heardMs += (user + system) / 1000;
    // What is kept is counted, since a heap is what its collector makes of it.
    if (second === 62) kept = keptOf(watched);
  }
  expect(watched.sessions.size).toBe(SLEDS * SESSIONS);
  expect(keptOf(watched)).toBe(kept);
  // Of the 10 % of one CPU that a watch of a rack may take; the rest is for SSH.
  expect(heardMs / (SECONDS * 1000)).toBeLessThan((0.08 * SLEDS) / 32);
});

/** How many reports, numbers and notes are held. */
function keptOf({ sessions, notes }: ReturnType<typeof beginWatch>): number {
  return [...sessions.values()].reduce(
    (sum, { repairRows, trail }) => sum + repairRows.length + trail.jobs.length + trail.bytes.length,
    notes.length,
  );
}

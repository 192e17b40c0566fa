import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportTable } from '../../src/kinds/report-table.ts';
import { upstairsRaw } from '../../src/probes/upstairs-raw.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { result } from '../support/scripted-transport.ts';
import { runs } from '../support/sized.ts';

const table = reportTable({
  name: 'status',
  summary: 'reports',
  fields: ['ds', 'next_job_id', 'delta'],
  pid: 'optional',
});

const START = 1_790_000_000_000_000_000n;
const at = (seconds: number): bigint => START + BigInt(Math.round(seconds * 1e9));

interface Fired {
  readonly pid: number;
  readonly session: string | null;
  readonly second: number;
}

/** What one program prints that runs for that time, a little later than another that sees the same. */
function printed(fired: readonly Fired[], from: number, to: number, lateNs: bigint): readonly string[] {
  const list = (when: string) => [
    ...[1, 2, 9].map((pid) => `running=${when} zone=z${pid} pid=${pid} command=propolis-server`),
    `running=${when} listed=3 login=0`,
  ];
  const reports = fired
    .filter(({ second }) => second >= from && second < to)
    .map(({ pid, session, second }) => {
      const ids = session === null ? {} : { upstairs_id: `u${session}`, session_id: session };
      // An idle disk reports the same each time.
      const job = pid === 1 ? 1000 : 1000 + Math.round(second) * 7;
      const status = JSON.stringify({ ...ids, next_job_id: job, ds_state: ['Active', 'Active', 'Active'] });
      return `{"zone":"z${pid}","pid":${pid},"time_ns":${at(second) + lateNs},"status":${status}}`;
    });
  return [
    ...list('before'),
    `{"began_ns":${at(from)}}`,
    ...reports,
    `{"ended_ns":${at(to)}}`,
    ...list('after'),
  ];
}

const SECONDS = 120;

const phase = fc.double({ min: 0, max: 0.9, noNaN: true });

/** Reports of an hour in small: sessions that come and go, two disks without ids, whose reports are equal. */
const fires = fc.record({
  phases: fc.tuple(phase, phase, phase, phase),
  leaves: fc.integer({ min: 30, max: SECONDS }),
  cuts: fc.array(fc.integer({ min: 25, max: 80 }), { minLength: 1, maxLength: 3 }),
  overlap: fc.integer({ min: 3, max: 20 }),
  lateNs: fc.integer({ min: 0, max: 50_000_000 }),
});

function programsOf(cuts: readonly number[], overlap: number): readonly { from: number; to: number }[] {
  const starts = [0, ...cuts.reduce<number[]>((all, cut) => [...all, (all.at(-1) ?? 0) + cut], [])];
  const within = starts.filter((start) => start < SECONDS - overlap);
  return within.map((from, n) => ({ from, to: Math.min(SECONDS, (within[n + 1] ?? SECONDS) + overlap) }));
}

describe('programs that follow each other and overlap', () => {
  it('give what one program would have given: each report once, and the newest row of each session', () => {
    fc.assert(
      fc.property(fires, ({ phases, leaves, cuts, overlap, lateNs }) => {
        const [a, b, c, d] = phases;
        const all = Array.from({ length: SECONDS }, (_, n) => [
          { pid: 1, session: 's1', second: n + a },
          ...(n < leaves ? [{ pid: 2, session: 's2', second: n + b }] : []),
          { pid: 3, session: null, second: n + c },
          { pid: 3, session: null, second: n + d },
        ])
          .flat()
          .toSorted((x, y) => x.second - y.second);
        const settings = { ...SETTINGS, seconds: SECONDS, interval: 1 };
        const whole = printed(all, 0, SECONDS, 0n);
        const once = table.read(result(`${whole.join('\n')}\n`), settings);
        const programs = programsOf(cuts, overlap).map(({ from, to }, n) => ({
          number: n + 1,
          lines: printed(all, from, to, BigInt(lateNs * n)),
        }));
        // Texts come in turns while two run, as each has more to say.
        const long = table.long!.open(settings);
        const raw = upstairsRaw.long!.open(settings);
        for (const { number, text } of inTurns(programs)) {
          expect(raw.push(number, text)).toBe(long.push(number, text));
        }
        const answer = long.read({ isCut: false });
        if (answer.status !== 'answer' || once.status !== 'answer') throw new Error('no answer');
        const bare = (rows: typeof answer.rows) =>
          rows
            .map(({ time_ns: time, note, ...row }) => ({
              ...row,
              note: String(note).replace(/came [\w.]+ ?s? before/, 'came N before'),
              time: Number((BigInt(String(time ?? START)) - START) / 100_000_000n),
            }))
            .toSorted((x, y) => JSON.stringify(x).localeCompare(JSON.stringify(y)));
        const [got, wanted] = [bare(answer.rows), bare(once.rows)];
        expect(got.map((row) => ({ ...row, time: null }))).toEqual(
          wanted.map((row) => ({ ...row, time: null })),
        );
        for (const [n, { time }] of got.entries()) expect(Math.abs(time - wanted[n]!.time)).toBeLessThan(5);
        expect(answer.issues).toEqual(once.issues);
        expect(answer.running).toEqual(once.running);
      }),
      runs(15, 500),
    );
  });

  it('pass on each line of a report once, whichever gives it first', () => {
    const fired = Array.from({ length: 40 }, (_, n) => ({ pid: 1, session: 's', second: n + 0.5 }));
    const long = upstairsRaw.long!.open({ ...SETTINGS, seconds: 40 });
    const first = long.push(1, `${printed(fired, 0, 30, 0n).join('\n')}\n`);
    const second = long.push(2, `${printed(fired, 15, 40, 900n).join('\n')}\n`);
    const times = `${first}${second}`.match(/"time_ns":\d+/g)!;
    expect(times).toHaveLength(40);
    expect(second.match(/\n/g)).toHaveLength(10);
  });
});

/** Ten lines of each program in turn, the older one first. */
function* inTurns(programs: readonly { readonly number: number; readonly lines: readonly string[] }[]) {
  const left = programs.map(({ number, lines }) => ({ number, lines: [...lines] }));
  let first = 0;
  while (first < left.length) {
    // Of two neighbours, while the older one has its last lines.
    const older = left[first]!;
    const newer = left[first + 1];
    const isOverlap = newer !== undefined && older.lines.length < 40;
    yield {
      number: older.number,
      text: older.lines
        .splice(0, 10)
        .map((line) => `${line}\n`)
        .join(''),
    };
    if (isOverlap)
      yield {
        number: newer.number,
        text: newer.lines
          .splice(0, 10)
          .map((line) => `${line}\n`)
          .join(''),
      };
    if (older.lines.length === 0) first += 1;
  }
}

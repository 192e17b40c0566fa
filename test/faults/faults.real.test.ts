import { afterAll, describe, expect, it } from 'vitest';
import type { SledTruth } from '../../src/simulator/truth.ts';
import { requireSshd } from '../support/openssh-server.ts';
import { schemaErrors } from '../support/report-schema.ts';
import type { Expected, Job } from './fault.ts';
import { ALL, PATIENCE_MS, withField } from './field.ts';
import { sampleOf } from './sample.ts';
import { hitBy, isOwn, readReport, wordsOn, type SeenReport, type SeenSled } from './seen.ts';
import { ALL_FAULTS, FAULT_TABLE, waysOf } from './table.ts';
import { WAYS, type Way, type WayName } from './ways.ts';
import { isWriting, knownWords, writeWords } from './words.ts';

const field = withField();

const CASES = sampleOf(
  FAULT_TABLE.flatMap((fault) =>
    waysOf(fault)
      .filter((way) => requireSshd() === null || !needsOpenssh(way))
      .map((way) => ({ fault, way, id: `${fault.id}, ${way}` })),
  ),
);

function needsOpenssh(way: WayName): boolean {
  const { needsOpenssh: isNeeded = false }: Way = WAYS[way];
  return isNeeded;
}

const known = knownWords();
const said: Record<string, Partial<Record<WayName, string>>> = {};

afterAll(() => {
  if (isWriting) {
    writeWords(
      said,
      ALL_FAULTS.map(({ id }) => id),
    );
  }
});

describe('a fault', () => {
  it.each(CASES)('is told as it is, and every other row is right: $id', async ({ fault, way }) => {
    const arrangement = await fault.arrange(field, way);
    const ended = await field.run(way, arrangement);
    const report = readReport(ended);
    const hit = hitBy(fault).map((sled) => field.idOf(sled));
    const [first] = report.sleds;
    if (first === undefined) throw new Error('a report without sleds');
    const words = wordsOn(first, field);
    (said[fault.id] ??= {})[way] = words;

    expect(schemaErrors(JSON.parse(ended.stdout))).toEqual([]);
    expect(report.sleds.map(({ sled }) => sled)).toEqual(ALL.map((sled) => field.idOf(sled)));
    const expected = fault.by?.[way] ?? fault.expect;
    const struck = report.sleds.filter(({ sled }) => hit.includes(sled));
    expect({ words, sleds: struck.map(asExpected), exit: ended.status }).toMatchObject({
      sleds: struck.map(() => wanted(expected)),
      exit: expected.exit,
    });
    expect(words).toContain(expected.warning ?? '');
    for (const { sled, elapsed_ms } of struck) {
      const least = expected.endsAtLimit ? (arrangement.limitMs ?? NaN) : 0;
      expect({ sled, inTime: elapsed_ms >= least && elapsed_ms < PATIENCE_MS }).toEqual({
        sled,
        inTime: true,
      });
    }
    if (expected.isBlind) {
      expect(healthOf(report, hit)).toEqual([null]);
      expect(report.findings.filter(({ sled }) => hit.includes(sled))).toEqual([]);
    }
    expectWell(report, { except: hit, job: arrangement.job ?? { verb: 'exec' } });
    // What ssh says is its own: by its version, and by what it notices first.
    const isSshs = WAYS[way].argv.length > 0;
    if (!isWriting && !isSshs) expect(words).toBe(known[fault.id]?.[way]);
  });

  it('leaves nothing running on the sleds', async () => {
    await expect.poll(() => field.rack.simulation.runningCommands()).toBe(0);
  });
});

function healthOf({ rows }: SeenReport, sleds: readonly string[]): readonly unknown[] {
  const own = rows.filter((row) => sleds.includes(String(row['sled'])));
  return [...new Set(own.map((row) => row['health']))];
}

function wanted({ outcome, stage, code }: Expected) {
  return { outcome, stage, code };
}

function asExpected({ status, stage, error, issues = [] }: SeenSled) {
  return { outcome: status, stage: stage ?? null, code: error?.code ?? issues[0]?.code ?? null };
}

/** The sleds with which nothing is wrong answered in full, with all that is so on them, and with nothing else. */
function expectWell(
  report: SeenReport,
  { except, job }: { readonly except: readonly string[]; readonly job: Job },
) {
  const well = field.rack.simulation.truth().sleds.filter(({ id }) => !except.includes(id));
  for (const sled of well) {
    const { status, issues, warnings = [] } = report.sleds.find((each) => each.sled === sled.id) ?? {};
    expect({ sled: sled.id, status, issues, warnings: warnings.filter(isOwn) }).toEqual({
      sled: sled.id,
      status: 'answered',
      issues: [],
      warnings: [],
    });
    const rows = report.rows.filter((row) => row['sled'] === sled.id);
    if (job.verb === 'exec') {
      expect(rows).toMatchObject([{ status: 0, stdout: `${sled.serial}\n`, stderr: '' }]);
    } else {
      expect(
        rows.map(({ session_id, ds0, ds1, ds2 }) => [session_id, ds0, ds1, ds2].join(' ')).toSorted(),
      ).toEqual(sessionsOf(sled));
    }
  }
}

function sessionsOf({ sessions }: SledTruth): readonly string[] {
  return sessions.map(({ session_id, states }) => [session_id, ...states].join(' ')).toSorted();
}

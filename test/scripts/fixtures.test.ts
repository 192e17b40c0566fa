import { describe, expect, it } from 'vitest';
import { columnsOfField } from '../../src/fields/report-field.ts';
import { REPORT_FIELDS } from '../../src/fields/report-fields.ts';
import { parseIntervals } from '../../src/parse/intervals.ts';
import { parseReports } from '../../src/parse/reports.ts';
import { PROBES } from '../../src/probes/index.ts';
import { fixtureText, outputOf, SCRIPT_FIXTURES, writeMissing } from '../support/script-fixtures.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { result } from '../support/scripted-transport.ts';

// `npm run fixtures`: what a new probe's script prints, on a simulated sled.
if (process.env['FIXTURES'] === 'write') writeMissing();

/** The headings of what no report has today. */
const FORMER = new Set(
  REPORT_FIELDS.filter((field) => 'until' in field)
    .flatMap((field) => columnsOfField(field))
    .map(({ heading }) => heading),
);

describe('what scripts printed', () => {
  it.each(SCRIPT_FIXTURES)('is there: $path', ({ path }) => {
    expect(fixtureText(path)).toMatch(/\n$/);
  });

  it('is said to be missing with the file and what makes it', () => {
    expect(() => fixtureText('test/fixtures/no-probe/one-sled.txt')).toThrow(
      'test/fixtures/no-probe/one-sled.txt is not there; npm run fixtures makes it',
    );
  });

  it.each(PROBES.filter((probe) => probe.script.endsWith('.d')).map((probe) => [probe.name, probe] as const))(
    'is a whole answer of %s, with rows or distributions of everything',
    (_, probe) => {
      const reading = probe.read(result(outputOf(probe)), {
        ...SETTINGS,
        seconds: 9,
        interval: probe.interval,
      });
      if (reading.status !== 'answer') throw new Error(reading.error.message);
      expect(reading.issues.filter(({ code }) => code !== 'ambiguous')).toEqual([]);
      expect(reading.rows.length + (reading.distributions ?? []).length).toBeGreaterThan(0);
    },
  );

  it.each(SCRIPT_FIXTURES)('has a value in each column that a Crucible of today fills: $path', ({ path }) => {
    const [head = [], ...rows] = fixtureText(path)
      .split('\n')
      .map((line) => line.trim().split(/ +/));
    // Others are not tables by hand.
    if (head[0] !== 'ZONE') return;
    const empty = head.filter(
      (heading, index) => !FORMER.has(heading) && rows.every((row) => (row[index] ?? '-') === '-'),
    );
    const next = `give them a value in src/simulator/upstairs-session.ts, remove ${path}, npm run fixtures`;
    expect(empty, next).toEqual([]);
  });

  it('for programs says when it was', () => {
    const { beganNs, endedNs, reports } = parseReports(fixtureText('test/fixtures/upstairs_raw/fields.txt'));
    expect(Number((endedNs ?? 0n) - (beganNs ?? 0n)) / 1e9).toBeGreaterThanOrEqual(9);
    expect(reports.length).toBeGreaterThan(10);
    const { intervals } = parseIntervals(fixtureText('test/fixtures/all_downstairs/fields.txt'));
    expect(intervals.map(({ elapsedNs }) => Math.round(Number(elapsedNs) / 1e9))).toEqual([4, 4, 1]);
  });
});

import { describe, expect, it } from 'vitest';
import { OTHER_COLUMNS } from '../../src/fields/other-columns.ts';
import { columnsOfField } from '../../src/fields/report-field.ts';
import { REPORT_FIELDS } from '../../src/fields/report-fields.ts';
import { columnNamed } from '../../src/kinds/column-help.ts';
import { isJsonObject, readJson, type JsonObject } from '../../src/parse/json-lines.ts';
import { valueAt } from '../../src/parse/reports.ts';
import { checkProbe } from '../../src/check/check-probe.ts';
import { PROBES } from '../../src/probes/index.ts';
import { createRandom } from '../../src/simulator/random.ts';
import type { CrucibleVersion } from '../../src/simulator/simulated-downstairs.ts';
import { report, SESSION, UPSTAIRS } from '../scripts/d/run-script.ts';
import { createDisk, startSession, statusRecord } from '../../src/simulator/upstairs-session.ts';

const COLUMNS = REPORT_FIELDS.flatMap((field) => columnsOfField(field));
const VERSIONS: readonly CrucibleVersion[] = ['today', 'object-era', 'snake', 'camel-2021'];

/** What people read in the columns of the scripts that were run by hand until now, of `report()`. */
const KNOWN: Readonly<Record<string, string | number | readonly (string | number)[]>> = {
  UPSTAIRS,
  SESSION,
  DS: ['LiveRepair', 'Active', 'Faulted'],
  UPW: 35,
  DSW: 4350,
  NEXT_JOB: 570215,
  WRITE_BO: 226492416,
  BAKPR: 2761,
  BP: [12500, 12501, 12502],
  IP: [40, 241, 242],
  D: [24, 194, 195],
  S: [371, 1, 2],
  E: [3, 4, 5],
  ER: [9384, 71, 72],
  EC: [11640, 81, 82],
  CON: [30, 31, 32],
  LRC: [10, 11, 12],
  LRA: [20, 21, 22],
  LRS: [0, 0, 0],
  REP: [50, 51, 52],
  EXTENT: 90,
  RECONCILED: 60,
  NEEDED: 61,
  ABORTED: 62,
  APPLY: 195661,
  DOWN_S: 88512,
  GUEST: 29496,
  DFR_BLK: 13719,
  DFR_MSG: 38399,
  FLUSH_CHK: 19,
  STAT_CHK: 10,
  CTRL_CHK: 6,
  NOOP: 25490,
};

/** A record as that Crucible writes it. */
function recordOf(version: CrucibleVersion): JsonObject {
  const random = createRandom(3);
  const text = readJson(statusRecord(startSession(createDisk(random), random, 0, 50), version));
  const record = isJsonObject(text) ? text['ok'] : undefined;
  if (!isJsonObject(record)) throw new Error('no record');
  return record;
}

/** Every place of a record that holds a value, or one for each downstairs. */
function placesIn(record: JsonObject, before = ''): readonly string[] {
  return Object.entries(record).flatMap(([key, value]) =>
    isJsonObject(value)
      ? placesIn(value, `${before}${key}.`)
      : [`${before}${key}${Array.isArray(value) ? '[n]' : ''}`],
  );
}

describe('the table of fields', () => {
  it.each(VERSIONS)('has every field of a record of %s, under ok, and finds its value', (version) => {
    const record = recordOf(version);
    const known = new Set<string>(REPORT_FIELDS.map((field) => field.path));
    const unknown = placesIn(record).filter((place) => !known.has(place));
    expect(unknown, 'REPORT_FIELDS has no entry with this path').toEqual([]);
    const found = COLUMNS.filter(({ path }) => valueAt(record, path) !== undefined);
    expect(found).toHaveLength(
      placesIn(record).reduce((sum, place) => sum + (place.endsWith('[n]') ? 3 : 1), 0),
    );
  });

  it('says which fields a Crucible of today does not report any more, and no others', () => {
    const today = recordOf('today');
    const former = COLUMNS.filter(({ path }) => valueAt(today, path) === undefined);
    const where =
      'what statusRecord() in src/simulator/upstairs-session.ts lacks has its last Crucible in `until`';
    expect(new Set(former.map(({ field }) => field.name)), where).toEqual(
      new Set(REPORT_FIELDS.filter((field) => 'until' in field).map((field) => field.name)),
    );
  });

  it('has under each heading what is known of a report by that name', () => {
    const { ok } = JSON.parse(report({ up_backpressure: 2761 })) as { readonly ok: JsonObject };
    const values = new Map(COLUMNS.map(({ heading, path }) => [heading, valueAt(ok, path)]));
    for (const [heading, value] of Object.entries(KNOWN)) {
      if (!Array.isArray(value)) expect(values.get(heading), heading).toBe(value);
      else
        expect(
          [0, 1, 2].map((client) => values.get(`${heading}${client}`)),
          heading,
        ).toEqual(value);
    }
  });

  it('gives each column a name and a heading of its own', () => {
    const names = [...COLUMNS, ...OTHER_COLUMNS].map((column) => column.name);
    const headings = [...COLUMNS, ...OTHER_COLUMNS].map((column) => column.heading);
    for (const list of [names, headings]) expect(new Set(list).size).toBe(list.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
  });

  it('has a width for each field that its heading fits in, with the number of a downstairs', () => {
    for (const { field, heading } of COLUMNS) expect(field.width + 1).toBeGreaterThanOrEqual(heading.length);
  });

  it('reads places of every kind', () => {
    const record = recordOf('today');
    expect(valueAt(record, 'ds_state[2]')).toBe('Active');
    expect(valueAt(record, 'up_counters.action_control_check')).toBe(6);
    for (const place of ['ds_state[3]', 'ds_state[0].type', 'up_counters', 'nothing', 'up_counters.toString'])
      expect(isJsonObject(valueAt(record, place)) ? 'object' : valueAt(record, place)).toBe(
        place === 'up_counters' ? 'object' : undefined,
      );
  });
});

describe('a column of a probe', () => {
  it.each([...PROBES, checkProbe].map((probe) => [probe.name, probe] as const))(
    'has help, a heading and a name of its own: %s',
    (_, probe) => {
      for (const { name, heading, help } of probe.columns) {
        expect(help, name).not.toBe(name.replaceAll('_', ' '));
        expect(help.length, name).toBeGreaterThan(6);
        expect(heading, name).not.toBe('');
      }
      const names = probe.columns.map((column) => column.name);
      expect(new Set(names).size).toBe(names.length);
    },
  );

  it('that nobody declared is known by that its help is its name', () => {
    expect(columnNamed('never_heard_of').help).toBe('never heard of');
  });
});

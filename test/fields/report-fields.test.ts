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
import { createDisk, startSession, statusRecord } from '../../src/simulator/upstairs-session.ts';

const COLUMNS = REPORT_FIELDS.flatMap((field) => columnsOfField(field));
const VERSIONS: readonly CrucibleVersion[] = ['today', 'object-era', 'snake', 'camel-2021'];

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
    expect(placesIn(record).filter((place) => !known.has(place))).toEqual([]);
    const found = COLUMNS.filter(({ path }) => valueAt(record, path) !== undefined);
    expect(found).toHaveLength(
      placesIn(record).reduce((sum, place) => sum + (place.endsWith('[n]') ? 3 : 1), 0),
    );
  });

  it('says which fields a Crucible of today does not report any more, and no others', () => {
    const today = recordOf('today');
    const former = COLUMNS.filter(({ path }) => valueAt(today, path) === undefined);
    expect(new Set(former.map(({ field }) => field.name))).toEqual(
      new Set(REPORT_FIELDS.filter((field) => 'until' in field).map((field) => field.name)),
    );
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

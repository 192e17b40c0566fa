import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { planRun } from '../../../src/alert/plan.ts';
import { mergeReport, SLED_COLUMNS } from '../../../src/fleet/merge.ts';
import { ERROR_CODES, FleetError } from '../../../src/model/error.ts';
import { statusOf } from '../../../src/alert/incident.ts';
import type { FleetReport, SledOutcome } from '../../../src/model/report.ts';
import { checkJson } from '../../../src/outputs/check-json.ts';
import { checkProbe } from '../../../src/check/check-probe.ts';
import { commit, placesOf, readSilences, readSpool, readState } from '../../../src/store/store.ts';
import { makePolicy } from '../../support/check-world.ts';
import { differences } from '../../support/differences.ts';
import { checkSchemaErrors } from '../../support/report-schema.ts';
import { run } from '../../support/run-program.ts';
import { makeSled } from '../../support/sleds.ts';
import { firstVersion, jsonOf } from './first-version.ts';

const STATES = firstVersion('states');
const names = readdirSync(STATES);
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A copy of what 0.1.0 kept, which a test may change. */
function copyOf(name: string) {
  const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-first-version-'));
  folders.push(folder);
  cpSync(join(STATES, name), folder, { recursive: true });
  return { folder, places: placesOf(join(folder, 'check.json')) };
}

describe('what check of 0.1.0 kept', () => {
  it('is there of a healthy rack, and of incidents of every status', async () => {
    expect(names).toEqual(['healthy', 'late', 'open', 'unknown']);
    const kept = await Promise.all(
      names.map(async (name) => await readState(placesOf(join(STATES, name, 'check.json')), 0, false)),
    );
    const statuses = kept.flatMap(({ value }) => value!.incidents.map(statusOf));
    expect([...new Set(statuses)].sort()).toEqual([
      'clearing',
      'open',
      'over',
      'pending',
      'silenced',
      'unknown',
    ]);
  });

  it.each(names)('is read and written again without a loss: %s', async (name) => {
    const { folder, places } = copyOf(name);
    const { value, setAside } = await readState(places, Date.now(), true);
    expect(setAside).toBe(null);
    await commit(places, value!, []);
    expect(differences(jsonOf(STATES, name, 'check.json'), jsonOf(folder, 'check.json'))).toEqual([]);
  });

  it.each(names)('has mails that wait to be sent: %s', async (name) => {
    const { folder, places } = copyOf(name);
    const { value } = await readState(places, Date.now(), true);
    const { mails, problems } = await readSpool(places, value!, true);
    expect(problems).toEqual([]);
    expect(mails.length).toBe({ healthy: 0, open: 1, unknown: 2, late: 3 }[name]);
    for (const spooled of mails) {
      expect(differences(jsonOf(folder, 'check.spool', `${spooled.mail.id}.json`), spooled)).toEqual([]);
    }
  });

  it.each(names)('has silences that hold: %s', async (name) => {
    const { folder } = copyOf(name);
    const before = jsonOf(STATES, name, 'silence-list.json');
    const now = () => new Date(atOf(name));
    const argv = ['silence', 'list', '--all', '-o', 'json', '--state-file', join(folder, 'check.json')];
    const { status, stdout } = await run(argv, { now });
    expect(differences(before, JSON.parse(stdout))).toEqual([]);
    expect(status).toBe(0);
  });

  it.each(names)('makes the same of the next run as 0.1.0 did: %s', async (name) => {
    const { places } = copyOf(name);
    const before = jsonOf(STATES, name, 'next.json');
    const now = atOf(name);
    const { value: state } = await readState(places, now, false);
    const { value: silences } = await readSilences(places, now, false);
    const waiting = await readSpool(places, state!, false);
    const report = reportOf(before['report'] as ReportJson);
    const { result } = planRun({
      state: state!,
      report,
      policy: makePolicy(),
      silences: silences ?? [],
      now,
      inventory: {
        file: '/var/lib/cruc-fleet/inventory.yaml',
        sleds: report.outcomes.map(({ sled }) => sled.id),
      },
      activeTwice: null,
      clock: null,
      troubles: [],
      mail: { domain: 'example.com', undelivered: new Set(waiting.mails.map(({ group }) => group)) },
    });
    const context = { width: null, color: false, headers: true, columns: null };
    const after: unknown = JSON.parse(JSON.stringify(checkJson(result, report, context)));
    expect(differences(before, after)).toEqual([]);
    expect(checkSchemaErrors(before)).toEqual([]);
  });
});

function atOf(name: string): number {
  return Date.parse(String(jsonOf(STATES, name, 'next.json')['at']));
}

interface ReportJson {
  readonly selection: string;
  readonly started_at: string;
  readonly finished_at: string;
  readonly sleds: readonly (Record<string, string | number> & { readonly error?: Record<string, string> })[];
  readonly rows: readonly Record<string, string | number | null>[];
}

const OF_SLEDS = new Set(SLED_COLUMNS.map(({ name }) => name));

/** The report that a check of 0.1.0 judged. */
function reportOf(json: ReportJson): FleetReport {
  const outcomes = json.sleds.map((each): SledOutcome => {
    const { sled: id, cubby, serial, rack, host, status, elapsed_ms: elapsedMs } = each;
    const sled = makeSled(Number(cubby), { id, serial, rack, host } as Partial<ReturnType<typeof makeSled>>);
    if (status === 'failed') {
      const code = ERROR_CODES.find((code) => code === each.error?.['code'])!;
      const error = new FleetError(code, each.error!['message']!);
      return { status, sled, elapsedMs: Number(elapsedMs), stage: 'connect', error };
    }
    const rows = json.rows
      .filter((row) => row['sled'] === id)
      .map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !OF_SLEDS.has(name))));
    const none = { distributions: [], text: '', issues: [], warnings: [] };
    return { status: 'answered', sled, elapsedMs: Number(elapsedMs), via: null, rows, ...none };
  });
  return mergeReport(outcomes, {
    probe: checkProbe,
    probeColumns: checkProbe.columns,
    selection: json.selection,
    startedAt: new Date(json.started_at),
    finishedAt: new Date(json.finished_at),
    interrupted: false,
    filter: null,
    sortBy: [],
  });
}

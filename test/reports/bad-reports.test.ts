import { describe, expect, it } from 'vitest';
import { FleetError } from '../../src/model/error.ts';
import { readReport } from '../../src/reports/read-report.ts';
import { answered, failed, report, stateRow } from '../support/reports.ts';
import { jsonText, unite } from './support/merged.ts';

const GOOD = jsonText(
  report([answered(1, [stateRow(1, ['active', 'active', 'active'], 'ok')]), failed(2)], {
    run: { id: 'a1', shard: null, selectedInAll: 2 },
  }),
);

function problemOf(work: () => unknown): string {
  try {
    work();
    return 'none';
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

type Json = ReturnType<typeof JSON.parse>;

/** What is said of a report in which something was changed. */
const changed = (change: (report: Json) => void): string => {
  const json = JSON.parse(GOOD);
  change(json);
  return problemOf(() => readReport(JSON.stringify(json), 'site.json'));
};

describe('a file that is not a whole report', () => {
  it('is told from one that is damaged, and what to do is said', () => {
    const texts = [
      '',
      'RACK SLED\n',
      '[1]',
      '{"a":1}',
      '{"type":"sled"}\n{"type":"row"}\n',
      GOOD.slice(0, 400),
    ];
    expect(texts.map((text) => problemOf(() => readReport(text, 'site.json')))).toMatchInlineSnapshot(`
      [
        "recording: site.json is damaged: it is empty: the run that was to write it did not end; write it again with -o json, or leave it out",
        "usage: site.json is not JSON; give what a command printed with -o json, or a folder of --record",
        "usage: site.json is JSON, and not a report of cruc-fleet; give what a command printed with -o json, or a folder of --record",
        "usage: site.json is JSON, and not a report of cruc-fleet; give what a command printed with -o json, or a folder of --record",
        "usage: site.json is JSON in lines, as -o ndjson prints it, and not a report; give what -o json printed, or a folder of --record",
        "recording: site.json is damaged: it is cut, or not whole JSON; write it again with -o json, or leave it out",
      ]
    `);
  });

  it('of a newer version names the versions', () => {
    expect([
      changed((json) => (json.schema = 'cruc-fleet/report/v2')),
      problemOf(() => readReport('{"schema":"cruc-fleet/check/v2","report":{}}', 'site.json')),
    ]).toMatchInlineSnapshot(`
      [
        "recording: site.json is of version 2 of reports, and this cruc-fleet reads up to 1; use the one that wrote it",
        "recording: site.json is of version 2 of checks, and this cruc-fleet reads up to 1; use the one that wrote it",
      ]
    `);
  });

  it('that lacks what is needed, or contradicts itself, is damaged', () => {
    expect([
      changed((json) => delete json.probe),
      changed((json) => (json.started_at = 'yesterday')),
      changed((json) => delete json.filter),
      changed((json) => (json.sleds = {})),
      changed((json) => delete json.rows),
      changed((json) => (json.sleds[0].status = 'asleep')),
      changed((json) => delete json.sleds[1].error),
      changed((json) => json.sleds.pop()),
      changed((json) => (json.sleds[1] = json.sleds[0])),
      changed((json) => json.rows.pop()),
      changed((json) => (json.rows[0].sled = '9/nobody')),
      changed((json) => delete json.rows[0].sled),
      changed((json) => (json.run.id = 7)),
      changed((json) => (json.distributions = { groups: [{}] })),
    ]).toMatchInlineSnapshot(`
      [
        "recording: site.json is damaged: it does not say what its probe is; write it again with -o json, or leave it out",
        "recording: site.json is damaged: it does not say when it was made; write it again with -o json, or leave it out",
        "recording: site.json is damaged: it does not say whether it is filtered; write it again with -o json, or leave it out",
        "recording: site.json is damaged: it has no sleds; write it again with -o json, or leave it out",
        "recording: site.json is damaged: it has no rows; write it again with -o json, or leave it out",
        "recording: site.json is damaged: 3/BRM42220001 has no status that is known; write it again with -o json, or leave it out",
        "recording: site.json is damaged: 3/BRM42220002 failed, and it does not say why; write it again with -o json, or leave it out",
        "recording: site.json is damaged: it says 2 sleds, and has 1; write it again with -o json, or leave it out",
        "recording: site.json is damaged: 3/BRM42220001 is in it twice; write it again with -o json, or leave it out",
        "recording: site.json is damaged: 3/BRM42220001 gave 1 rows, and 0 are in it; write it again with -o json, or leave it out",
        "recording: site.json is damaged: 3/BRM42220001 gave 1 rows, and 0 are in it; write it again with -o json, or leave it out",
        "recording: site.json is damaged: a row does not say its sled (--columns left 'sled' out, perhaps); write it again with -o json, or leave it out",
        "recording: site.json is damaged: its 'run' cannot be read; write it again with -o json, or leave it out",
        "recording: site.json is damaged: a group of its distributions cannot be read; write it again with -o json, or leave it out",
      ]
    `);
  });

  it('has the address of a sled that its error writes, by which failures are told as one', () => {
    const json = JSON.parse(GOOD);
    json.sleds[1].error.message = `[${json.sleds[1].host}]:22 refused the connection`;
    const { outcomes } = readReport(JSON.stringify(json), 'site.json');
    expect(outcomes[1]).toMatchObject({ address: `[${json.sleds[1].host}]:22` });
    expect(readReport(GOOD, 'site.json').outcomes[1]).not.toHaveProperty('address');
  });

  it('is none for keys and words that are not known', () => {
    const json = JSON.parse(GOOD);
    Object.assign(json, { later: [1] });
    Object.assign(json.sleds[1], {
      stage: 'relay',
      error: { code: 'no_runner', message: 'nobody is there' },
    });
    json.sleds[0].issues = [{ code: 'late', message: 'it came late' }];
    json.rows[0].shape = { a: [1] };
    const { outcomes } = readReport(JSON.stringify(json), 'site.json');
    expect(outcomes).toMatchObject([
      { issues: [{ code: 'warning', message: 'late: it came late' }], rows: [{ shape: '{"a":[1]}' }] },
      { error: { message: 'relay, no_runner: nobody is there' } },
    ]);
  });
});

describe('reports that cannot be one', () => {
  const other = (change: (report: Json) => void, run: string | null = 'b2'): string => {
    const json = JSON.parse(GOOD);
    change(json);
    if (run === null) delete json.run;
    else json.run.id = run;
    return JSON.stringify(json);
  };

  it('are refused with why', () => {
    const two = [
      other((json) => (json.probe = 'lr-state')),
      other((json) => (json.filter = 'degraded')),
      other((json) => (json.sleds[0].serial = 'BRM42229999')),
    ];
    expect(two.map((text) => problemOf(() => unite([GOOD, text])))).toMatchInlineSnapshot(`
      [
        "usage: 0.json is of ds-state, and 1.json of lr-state; merge reports of one probe",
        "usage: 1.json is filtered (degraded): what was left out may be what shards show only together, as an upstairs that is active twice; merge reports without filters, or recordings, and filter what merge prints",
        "usage: 3/BRM42220001 is BRM42220001 in 0.json, and BRM42229999 in 1.json: two sleds of one name; give their racks different names in the inventories, or leave one report out",
      ]
    `);
  });

  it('are not refused for being of an older version, which gave a run no id', () => {
    const old = other(() => {}, null);
    expect(unite([old, old, GOOD]).run.merged).toHaveLength(2);
    expect(unite([old, old]).run).toMatchObject({ shard: null, selectedInAll: 2 });
  });
});

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FleetError } from '../../src/model/error.ts';
import { OUTPUTS } from '../../src/outputs/index.ts';
import { displayWidth } from '../../src/drawing/display-width.ts';
import type { RenderContext } from '../../src/drawing/render-context.ts';
import type { FleetReport } from '../../src/model/report.ts';
import { answered, failed, mixedReport, report, stateRow } from '../support/reports.ts';
import { schemaErrors } from '../support/report-schema.ts';

const PIPE: RenderContext = { width: null, color: false, headers: true, columns: null };

function render(name: string, what: FleetReport, context: Partial<RenderContext> = {}): string {
  const output = OUTPUTS.find((each) => each.name === name);
  return [...output!.render(what, { ...PIPE, ...context })].join('');
}

const lines = (text: string) => text.trimEnd().split('\n');

describe('table', () => {
  it('shows the rows in full off a terminal, then what answered and what did not', () => {
    expect(render('table', mixedReport())).toBe(
      [
        'RACK  SERIAL       CUBBY  ZONE                                                        PID  UPSTAIRS                              SESSION                               DS0     DS1      DS2     HEALTH',
        '3     BRM42220014     14  oxz_propolis-server_34aa0002-d933-49fa-b38e-fc4607933d50  20002  3f2b0002-7d14-4c7a-9a51-0d6c9f6b1a22  c0b90002-8a3e-4b10-b9b4-55f4f2a3d7e1  active  faulted  active  degraded',
        '3     BRM42220014     14  oxz_propolis-server_34aa0001-d933-49fa-b38e-fc4607933d50  20001  3f2b0001-7d14-4c7a-9a51-0d6c9f6b1a22  c0b90001-8a3e-4b10-b9b4-55f4f2a3d7e1  active  active   active  ok',
        '',
        'rack 3: 2 of 3 sleds answered; 2 upstairs: 1 degraded, 1 ok; 3.4 s',
        'no answer from 3/BRM42220017 (cubby 17): connect, timeout: no answer within 10.0 s',
        '',
      ].join('\n'),
    );
  });

  it.each([200, 140, 120, 100, 80, 60, 40])('keeps within a terminal of %d columns', (width) => {
    const text = render('table', mixedReport(), { width });
    for (const line of lines(text)) expect(line.length).toBeLessThanOrEqual(width);
    for (const sled of ['34aa0001', '34aa0002']) expect(text).toMatch(new RegExp(`14 .*${sled}.* 2000`));
  });

  it.each([140, 100, 80])('keeps wide characters whole and within a terminal of %d columns', (width) => {
    const zones = ['日本語の領域', '한글'.repeat(6), 'e\u0301tage'];
    const rows = zones.map((zone, n) => stateRow(n, ['active', 'active', 'faulted'], 'degraded', { zone }));
    const text = render('table', report([answered(14, rows)]), { width });
    for (const line of lines(text)) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    for (const zone of zones) expect(text).toContain(zone);
    const starts = lines(text)
      .slice(0, 4)
      .map((line) => displayWidth(line.slice(0, line.search(/DS|active|ACT/))));
    expect(new Set(starts).size).toBe(1);
  });

  it('names the columns that it hides to fit the terminal, and what shows them', () => {
    expect(lines(render('table', mixedReport(), { width: 60 })).slice(0, 5)).toEqual([
      'SLED  ZONE        PID  UPSTAIRS  DS           HEALTH',
      '3/14  34aa0002  20002  3f2b0002  ACT/FLT/ACT  degraded',
      '3/14  34aa0001  20001  3f2b0001  ACT/ACT/ACT  ok',
      '(columns hidden to fit the terminal: session_id; BRM42220014',
      '  in every row: serial; --width 200 or -o wide shows them)',
    ]);
    expect(render('table', mixedReport(), { width: 200 })).not.toContain('hidden');
  });

  it('shows columns in full with wide, whatever the terminal', () => {
    const text = render('wide', mixedReport(), { width: 60 });
    expect(text).toContain('oxz_propolis-server_34aa0002-d933-49fa-b38e-fc4607933d50');
    expect(lines(text)[0]).toContain('SLED');
  });

  it('colors by health only where color is wanted', () => {
    const escape = '\u001b[';
    expect(render('table', mixedReport())).not.toContain(escape);
    const colored = render('table', mixedReport(), { color: true });
    expect(colored).toContain(`${escape}33mdegraded${escape}39m`);
    expect(colored).toContain(`${escape}32mok${escape}39m`);
  });

  it('leaves headings out, and shows the columns that were asked for, in their order', () => {
    const text = render('table', mixedReport(), { headers: false, columns: ['health', 'pid'] });
    expect(lines(text).slice(0, 2)).toEqual(['degraded  20002', 'ok        20001']);
  });

  it('shows a note only where there is one', () => {
    expect(render('table', mixedReport())).not.toContain('NOTE');
    const row = stateRow(1, ['active', 'active', 'active'], 'ok', { note: 'was faulted/active/active' });
    expect(render('table', report([answered(1, [row])]))).toContain('was faulted/active/active');
  });

  it('lets nothing from a sled drive the terminal', () => {
    const row = stateRow(1, ['active', 'active', 'active'], 'ok', { zone: 'evil\u001b]0;title\u0007\u202e' });
    const text = render('table', report([answered(1, [row])]));
    expect(text).toContain('evil?]0;title??');
    for (const evil of ['\u001b', '\u0007', '\u202e']) expect(text).not.toContain(evil);
  });

  it('says what is missing even if there is no row at all', () => {
    expect(render('table', report([failed(1), failed(2, 'refused')]))).toBe(
      [
        'rack 3: 0 of 2 sleds answered; 0 upstairs; 3.4 s',
        'no answer from 3/BRM42220001 (cubby 1): connect, timeout: no answer within 10.0 s',
        'no answer from 3/BRM42220002 (cubby 2): connect, refused: nothing listens at port 22',
        '',
      ].join('\n'),
    );
  });

  it('says once what several sleds failed of', () => {
    const gone = [1, 2, 3].map((cubby) => {
      const outcome = failed(cubby);
      return outcome.status === 'failed'
        ? {
            ...outcome,
            error: new FleetError('timeout', `[fd00::${cubby}]:22 said nothing`),
            address: `[fd00::${cubby}]:22`,
          }
        : outcome;
    });
    expect(lines(render('table', report([...gone, failed(7)]))).slice(1)).toEqual([
      'no answer from 3/[1-3] (3 sleds): connect, timeout: its address said nothing',
      'no answer from 3/BRM42220007 (cubby 7): connect, timeout: no answer within 10.0 s',
    ]);
  });

  it('says when an answer is in part, or interrupted', () => {
    const part = answered(1, [], { issues: [{ code: 'drops', message: 'dtrace: 17 drops on CPU 3' }] });
    expect(render('table', report([part], { interrupted: true }))).toBe(
      'rack 3: interrupted, incomplete; 1 of 1 sled answered (1 partial: data incomplete); 0 upstairs; 3.4 s\n' +
        'partial answer from 3/BRM42220001 (cubby 1): dtrace: 17 drops on CPU 3\n',
    );
  });
});

describe('json', () => {
  it('is what the documented schema says', () => {
    const silent = stateRow(7, ['', '', ''], 'no_report', {
      ds0: null,
      ds1: null,
      ds2: null,
      upstairs_id: null,
      session_id: null,
      pid: null,
    });
    const reports = [
      mixedReport(),
      report([failed(1)], { interrupted: true }),
      report([
        answered(1, [silent], {
          issues: [{ code: 'unparsed_line', message: 'x' }],
          warnings: ['w'],
          via: 'gw:22',
        }),
      ]),
    ];
    for (const each of reports) expect(schemaErrors(JSON.parse(render('json', each)))).toEqual([]);
    expect(
      schemaErrors({ ...JSON.parse(render('json', mixedReport())), sleds: [{ sled: 'x' }] }),
    ).not.toEqual([]);
  });

  it('tells answered from failed sleds', () => {
    const value = JSON.parse(render('json', mixedReport()));
    expect(value.coverage).toEqual({ selected: 3, answered: 2, failed: 1, with_issues: 0 });
    expect(value.complete).toBe(false);
    expect(value.sleds[0]).toEqual({
      sled: '3/BRM42220014',
      rack: '3',
      serial: 'BRM42220014',
      cubby: 14,
      host: 'fd00:1122:3344:10f::1',
      status: 'answered',
      via: null,
      rows: 2,
      elapsed_ms: 3120,
      issues: [],
      warnings: [],
    });
    expect(value.sleds[2]).toMatchObject({
      status: 'failed',
      stage: 'connect',
      error: { code: 'timeout', message: 'no answer within 10.0 s' },
    });
    expect(Object.keys(value.rows[0])).toEqual([
      'rack',
      'sled',
      'serial',
      'cubby',
      'zone',
      'pid',
      'upstairs_id',
      'session_id',
      'ds0',
      'ds1',
      'ds2',
      'health',
      'note',
    ]);
  });
});

describe('yaml and ndjson', () => {
  it('say the same as json', () => {
    const value = JSON.parse(render('json', mixedReport()));
    expect(parse(render('yaml', mixedReport()))).toEqual(value);
    const each = lines(render('ndjson', mixedReport())).map((line) => JSON.parse(line));
    const { sleds, rows, findings, ...head } = value;
    const tagged = (type: string, values: object[]) => values.map((item) => ({ type, ...item }));
    expect(each).toEqual([
      ...tagged('sled', sleds),
      ...tagged('row', rows),
      ...tagged('finding', findings),
      { type: 'report', ...head },
    ]);
  });
});

describe('csv', () => {
  it('has a line for each row, and one for each sled that has none', () => {
    const records = render('csv', mixedReport()).split('\r\n');
    expect(records[0]).toBe(
      'rack,sled,serial,cubby,zone,pid,upstairs_id,session_id,ds0,ds1,ds2,health,note,sled_status,sled_error',
    );
    expect(records.slice(3, 5)).toEqual([
      '3,3/BRM42220015,BRM42220015,15,,,,,,,,,,answered,',
      '3,3/BRM42220017,BRM42220017,17,,,,,,,,,,failed,timeout: no answer within 10.0 s',
    ]);
    expect(records).toHaveLength(6);
  });

  it('keeps a line for a sled whose rows the filter hid', () => {
    const hidden = mixedReport({ filter: { text: 'none', keeps: () => false } });
    expect(render('csv', hidden)).toContain('3,3/BRM42220014,BRM42220014,14,,,,,,,,,,answered,\r\n');
  });

  it('quotes what needs it', () => {
    const row = stateRow(1, ['active', 'active', 'active'], 'ok', { note: 'a "b", c' });
    expect(render('csv', report([answered(1, [row])]), { columns: ['note'], headers: false })).toBe(
      '"a ""b"", c"\r\n',
    );
  });
});

describe('name', () => {
  it('is the identity of each row and nothing else', () => {
    expect(lines(render('name', mixedReport()))).toEqual([
      '3/BRM42220014/oxz_propolis-server_34aa0002-d933-49fa-b38e-fc4607933d50/20002/c0b90002-8a3e-4b10-b9b4-55f4f2a3d7e1',
      '3/BRM42220014/oxz_propolis-server_34aa0001-d933-49fa-b38e-fc4607933d50/20001/c0b90001-8a3e-4b10-b9b4-55f4f2a3d7e1',
    ]);
  });
});

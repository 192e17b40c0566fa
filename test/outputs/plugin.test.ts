import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../support/any-character.ts';
import { statusOf, type CheckResult } from '../../src/alert/incident.ts';
import { RULE_NAMES } from '../../src/alert/rules/index.ts';
import { checkJson } from '../../src/outputs/check-json.ts';
import { pluginText, pluginVerdict } from '../../src/outputs/plugin.ts';
import { news, NOW, silence, told, upstairsIncident } from '../support/incidents.ts';
import { checkSchemaErrors } from '../support/report-schema.ts';
import { answered, failed, mixedReport, report, stateRow } from '../support/reports.ts';
import { RICH_NOTICE, RICH_REPORT, SILENCES } from '../support/rich-notice.ts';
import { runs } from '../support/sized.ts';

const RICH: CheckResult = {
  level: 'critical',
  headline: 'rack 3: 1 critical, 2 degraded, 1 repairing',
  counts: {
    open: { critical: 1, degraded: 2, repairing: 1, sled_silent: 1, coverage: 1 },
    pending: 1,
    silenced: 1,
    unknown: 1,
    clearing: 0,
    listed: 0,
  },
  incidents: [
    ...RICH_NOTICE.incidents,
    upstairsIncident(8, 'degraded', 5, { ending: 'healthy', told: told('degraded', 5) }),
  ],
  news: [news('resolved', upstairsIncident(8, 'degraded', 5, { ending: 'healthy' }), told('degraded', 5))],
  troubles: RICH_NOTICE.troubles,
  notes: [],
  silences: SILENCES,
  at: NOW,
};
const WELL: CheckResult = {
  level: 'ok',
  headline: 'rack 3: all is well',
  counts: { open: {}, pending: 0, silenced: 0, unknown: 0, clearing: 0, listed: 0 },
  incidents: [],
  news: [],
  troubles: [],
  notes: [],
  silences: [],
  at: NOW,
};

const lines = (text: string) => text.trimEnd().split('\n');

/** What a monitoring system reads of a line: the text, and the data by label. */
function parseLine(line: string) {
  const [text = '', data = '', ...more] = line.split(' | ');
  expect(more).toEqual([]);
  const values = data.split(' ').map((each) => {
    const match = /^'([^'=]+)'=(-?\d+(?:\.\d+)?)(s?)((?:;[\d.]*)*)$/.exec(each);
    if (match === null) throw new Error(`no performance data: ${each}`);
    return [match[1] ?? '', { value: Number(match[2]), unit: match[3], limits: match[4] }] as const;
  });
  return { text, labels: values.map(([label]) => label), data: Object.fromEntries(values) };
}

describe('the output of a monitoring plugin', () => {
  it('begins with the verdict, how many sleds answered, and performance data', () => {
    const [first = ''] = lines(pluginText(RICH, RICH_REPORT, { width: null }));
    const { text, data, labels } = parseLine(first);
    expect(text).toBe(
      'CRUC_FLEET CRITICAL - rack 3: 1 critical, 2 degraded, 1 repairing; 28 of 31 sleds answered',
    );
    expect(first).toContain(
      " | 'sleds'=28;;;0;31 'sleds_in_part'=2 'upstairs'=47;;;0 'down'=0 'critical'=1 ",
    );
    expect(labels).toEqual([
      'sleds',
      'sleds_in_part',
      'upstairs',
      ...RULE_NAMES,
      'open',
      'pending',
      'silenced',
      'unknown',
      'clearing',
      'listed',
      'duration',
    ]);
    expect(data).toMatchObject({
      degraded: { value: 2 },
      open: { value: 6 },
      pending: { value: 1 },
      duration: { value: 3.4, unit: 's' },
    });
    expect(new Set(labels.map((label) => label.slice(0, 19))).size).toBe(labels.length);
  });

  it('is one line when all is well', () => {
    const text = pluginText(
      WELL,
      report([answered(1, [stateRow(1, ['active', 'active', 'active'], 'ok')])]),
      {
        width: null,
      },
    );
    expect(lines(text)).toHaveLength(1);
    expect(text).toMatch(/^CRUC_FLEET OK - rack 3: all is well; 1 of 1 sled answered \| /);
  });

  it.each([
    ['ok', 'OK'],
    ['warning', 'WARNING'],
    ['critical', 'CRITICAL'],
    ['unknown', 'UNKNOWN'],
  ] as const)('says %s as %s', (level, word) => {
    expect(pluginVerdict(level, 'why | not\n')).toBe(`CRUC_FLEET ${word} - why ? not?`);
  });

  it('goes on with what is wrong, who did not answer and what is wrong with the check', () => {
    expect(lines(pluginText(RICH, RICH_REPORT, { width: 120 })).slice(1)).toEqual([
      'SLED    RULE              FOR  STATUS    ZONE                 PID  DS0/DS1/DS2',
      '3/9     critical          12m  open      propolis 34aa0002  20002  OFL/FLT/ACT',
      '    downstairs 0 is offline, downstairs 1 is faulted',
      '3/14    degraded        2h05m  open      propolis 34aa0001  20001  ACT/FLT/ACT',
      '    downstairs 1 is faulted',
      '3/14    repair_aborted    12m  open      propolis 34aa0001  20001  ACT/FLT/ACT',
      '    downstairs 1, at extent 7 or later',
      '3/17    repairing       3d04h  open      propolis 34aa0003  20003  ACT/ACT/LR',
      '    downstairs 2 is in live_repair',
      '3/11    degraded          12m  clearing  propolis 34aa0004  20004  ACT/FLT/ACT',
      '    no longer seen; before: downstairs 1 is faulted',
      '3/20    degraded          12m  unknown   propolis 34aa0005  20005  ACT/FLT/ACT',
      '    not seen in this run (3/BRM42220020 did not answer); before: downstairs 1 is faulted',
      '3/20    sled_silent       15m  open      -                      -  -',
      '    no answer for 3 runs',
      'rack 3  coverage          15m  open      -                      -  -',
      '    28 of 31 sleds answered, below 90%',
      '3/2     no_report          0s  pending   propolis 34aa0006  20006  -',
      '    no sign of any upstairs within the window',
      '3/23    degraded          12m  silenced  propolis 34aa0007  20007  ACT/FLT/ACT',
      '    downstairs 1 is faulted',
      'no answer from 3/[20-21] (2 sleds): connect, timeout: no answer within 10.0 s',
      'no answer from 3/BRM42220022 (cubby 22): connect, refused: nothing listens at port 22',
      'partial answer from 3/BRM42220009 (cubby 9): dtrace: 12 drops on CPU 3',
      'partial answer from 3/BRM42220018 (cubby 18): a line that nobody understands: <zone>',
      'problem: the heartbeat could not be sent: https://hc.example.com/ping: no answer within 10.0 s',
    ]);
  });

  it('shows everything in full off a terminal, and says of what was not seen that it was not', () => {
    const text = pluginText(RICH, RICH_REPORT, { width: null });
    expect(text).toMatch(/MESSAGE$/m);
    expect(text).not.toContain('not shown');
    expect(text).toContain(
      'not seen in this run (3/BRM42220020 did not answer); before: downstairs 1 is faulted\n',
    );
  });

  it.each([160, 100, 80, 60])(
    'keeps its rows within %d columns, sled, rule, zone, PID and status among them',
    (width) => {
      const [, ...rest] = lines(pluginText(RICH, RICH_REPORT, { width }));
      for (const line of rest) expect(line.length).toBeLessThanOrEqual(width);
      expect(rest[0]).toMatch(/^SLED +RULE .*STATUS .*ZONE +PID/);
    },
  );

  it('counts the rows that are too many', () => {
    const incidents = Array.from({ length: 137 }, (_, n) => upstairsIncident(n, 'degraded', n % 32));
    const text = pluginText({ ...RICH, incidents }, RICH_REPORT, { width: null });
    expect(text).toContain('\nand 37 more\n');
    expect(text.match(/^degraded /gm)).toHaveLength(100);
  });

  it('has one | and no control character, whatever a sled says', () => {
    const anyText = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 80 }),
      fc.constantFrom('a|b', "x | 'down'=9", 'a\nb', '\u001b[2J', '\u202e'),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyText, anyText, anyText), { maxLength: 4 }),
        anyText,
        fc.option(fc.integer({ min: 20, max: 200 })),
        (texts, headline, width) => {
          const incidents = texts.map(([zone, message, sled], n) =>
            upstairsIncident(n, 'degraded', n, {
              subject: { zone },
              sight: { message, sleds: [sled], states: [message, zone, sled] },
            }),
          );
          const of = report([answered(1, [], { issues: [{ code: 'fault', message: headline }] }), failed(2)]);
          const result = { ...RICH, incidents, headline, troubles: texts.map(([, message]) => message) };
          const text = pluginText(result, of, { width });
          const [first = '', ...others] = text.split('\n');
          expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
          expect(first.match(/\|/g)).toHaveLength(1);
          expect(parseLine(first).data).toMatchObject({ sleds: { value: 1 }, degraded: { value: 2 } });
          expect(others.join('\n')).not.toContain('|');
          // Incidents are a line each: nothing in them begins another.
          if (width === null)
            expect(others.filter((line) => line.startsWith('degraded '))).toHaveLength(texts.length);
        },
      ),
      runs(15, 3000),
    );
  });
});

describe('check -o json', () => {
  const context = { width: null, color: false, headers: true, columns: null };
  const json = (result: CheckResult, of = RICH_REPORT) =>
    JSON.parse(JSON.stringify(checkJson(result, of, context)));

  it('is what the documented schema says', () => {
    const all: CheckResult = {
      ...RICH,
      news: [...RICH_NOTICE.news, ...RICH.news],
      silences: [silence('s1'), silence('s2', { racks: null, zones: ['oxz_*'], rules: ['degraded'] })],
    };
    for (const result of [RICH, WELL, all]) expect(checkSchemaErrors(json(result))).toEqual([]);
    expect(checkSchemaErrors(json(WELL, mixedReport()))).toEqual([]);
    expect(checkSchemaErrors({ ...json(RICH), level: 'fine' })).not.toEqual([]);
    expect(checkSchemaErrors({ ...json(RICH), incidents: [{ rule: 'degraded' }] })).not.toEqual([]);
    expect(checkSchemaErrors({ ...json(RICH), report: { schema: 'x' } })).not.toEqual([]);
  });

  it('has every incident with its subject and sight, times in ISO, and its status', () => {
    const value = json(RICH);
    expect(value).toMatchObject({
      schema: 'cruc-fleet/check/v1',
      at: '2026-11-22T10:00:03.400Z',
      level: 'critical',
      exit_status: 2,
      headline: 'rack 3: 1 critical, 2 degraded, 1 repairing',
      counts: {
        open: { critical: 1, degraded: 2 },
        pending: 1,
        silenced: 1,
        unknown: 1,
        clearing: 0,
        listed: 0,
      },
    });
    expect(value.incidents.map((each: { status: string }) => each.status)).toEqual(
      RICH.incidents.map((each) => statusOf(each)),
    );
    expect(value.incidents[3]).toMatchObject({
      rule: 'repairing',
      status: 'open',
      rack: '3',
      sled: null,
      sleds: ['3/BRM42220017'],
      cubby: 17,
      pid: 20003,
      downstairs: 2,
      states: ['active', 'active', 'live_repair'],
      counters: { extent: 501, extents_repaired: [0, 0, 412] },
      first_seen_at: '2026-11-19T06:00:03.400Z',
      told: null,
    });
    expect(value.news[0]).toMatchObject({ kind: 'resolved', incident: value.incidents.at(-1).key });
    expect(value.report.schema).toBe('cruc-fleet/report/v1');
  });

  it.each([
    ['ok', 0],
    ['warning', 1],
    ['critical', 2],
    ['unknown', 3],
  ] as const)('says of %s the exit status %d', (level, status) => {
    expect(json({ ...WELL, level }).exit_status).toBe(status);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSessionStatus } from '../../src/parse/session-status.ts';

const ORDER = ['ds0', 'ds1', 'ds2'];
const ZONE = 'oxz_propolis-server_34aa5f9c-d933-49fa-b38e-fc4607933d50';
const WINDOW = 'began_ns=1790000000000000000 ended_ns=1790000003000000000\n';
const row = (more = '') =>
  `zone=${ZONE} pid=28022 time_ns=1790000002500000000 upstairs_id=u1 session_id=s1 ds0=Active ds1=LiveRepair ds2=Active reports=3${more}\n`;

describe('rows of the status scripts', () => {
  it('come with what the sled calls itself, where it says so', () => {
    const named = WINDOW.replace('\n', ' host=BRM42220036\n');
    expect(parseSessionStatus(named + row(), ORDER)).toMatchObject({
      hostName: 'BRM42220036',
      issues: [],
      rows: [{ pid: 28022 }],
    });
    expect(parseSessionStatus(WINDOW + row(), ORDER).hostName).toBeNull();
  });

  it('are read by name, whatever the order of the words', () => {
    const { rows, endedNs, issues } = parseSessionStatus(
      WINDOW + row(' noted=ds0/ds1/ds2 was=active/faulted/active>active/offline/active exited=yes'),
      ORDER,
    );
    expect(issues).toEqual([]);
    expect(endedNs).toBe(1_790_000_003_000_000_000n);
    expect(rows).toEqual([
      {
        zone: ZONE,
        pid: 28022,
        upstairsId: 'u1',
        sessionId: 's1',
        words: expect.anything(),
        was: [
          ['active', 'faulted', 'active'],
          ['active', 'offline', 'active'],
        ],
        unreadable: null,
        noReport: false,
        noProbes: false,
        exited: true,
        timeNs: 1_790_000_002_500_000_000n,
      },
    ]);
    const [{ words } = { words: new Map<string, string>() }] = rows;
    expect(ORDER.map((name) => words.get(name))).toEqual(['Active', 'LiveRepair', 'Active']);
    const turned = row().trim().split(' ').toReversed().join(' ');
    expect(parseSessionStatus(`${WINDOW}${turned}\n`, ORDER).rows).toMatchObject([
      { zone: ZONE, pid: 28022, sessionId: 's1' },
    ]);
  });

  it('may be of a process or a zone that said nothing, and of a report that could not be read', () => {
    const text = [
      `zone=${ZONE} pid=7 no_report=yes`,
      `zone=${ZONE} no_report=yes`,
      `zone=${ZONE} pid=9 no_report=yes probes=none login=60001`,
      `zone=${ZONE} pid=8 time_ns=5 reports=2 unreadable=it would not serialize: x=y`,
    ].join('\n');
    const { rows, issues } = parseSessionStatus(`${WINDOW}${text}\n`, ORDER);
    expect(issues).toEqual([]);
    expect(
      rows.map(({ pid, noReport, noProbes, unreadable }) => [pid, noReport, noProbes, unreadable]),
    ).toEqual([
      [7, true, false, null],
      [null, true, false, null],
      [9, true, true, null],
      [8, false, false, 'it would not serialize: x=y'],
    ]);
  });

  it('that are no rows are issues, each line once', () => {
    const lines = [
      `zone=${ZONE} pid=x ds0=Active`,
      `zone=${ZONE} ds0=Active`,
      'pid=7 ds0=Active',
      'hello there',
      `zone=${ZONE} zone=b pid=7`,
    ];
    const { rows, issues } = parseSessionStatus(`${WINDOW}${lines.join('\n')}\n`, ORDER);
    expect(rows).toEqual([]);
    expect(issues.map((issue) => issue.code)).toEqual(Array(lines.length).fill('unparsed_line'));
  });

  it('of one session twice are both kept, and a contradiction', () => {
    const { rows, issues } = parseSessionStatus(WINDOW + row() + row(' exited=yes'), ORDER);
    expect(rows).toHaveLength(2);
    expect(issues.map((issue) => issue.code)).toEqual(['contradiction']);
  });

  it('of a line that never ended are none: its last value may be cut', () => {
    const { rows, issues } = parseSessionStatus(
      WINDOW + row() + row().replace('s1', 's2').slice(0, -20),
      ORDER,
    );
    expect(rows).toHaveLength(1);
    expect(issues.map((issue) => issue.code)).toEqual(['unparsed_line']);
  });

  it('as version 0.1.0 printed them are read by their places', () => {
    const former = `${ZONE}  28022 u1 s1 active live_repair active  was=active/faulted/active\n`;
    const { rows, endedNs, issues } = parseSessionStatus(former, ORDER);
    expect([issues, endedNs]).toEqual([[], null]);
    expect(rows).toMatchObject([
      { pid: 28022, sessionId: 's1', was: [['active', 'faulted', 'active']], timeNs: null, unreadable: null },
    ]);
    expect(ORDER.map((name) => rows[0]!.words.get(name))).toEqual(['active', 'live_repair', 'active']);
  });

  it('never throw, whatever the text', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseSessionStatus(text, ORDER)));
    fc.assert(
      fc.property(fc.nat({ max: 300 }), fc.string({ maxLength: 3 }), (at, text) => {
        const whole = WINDOW + row();
        parseSessionStatus(whole.slice(0, at) + text + whole.slice(at), ORDER);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalState } from '../../src/model/downstairs-state.ts';
import { parseStatusDialects } from '../../src/pasted/status-dialects.ts';
import { parseStatusRows } from '../../src/parse/status-rows.ts';
import { fixture } from '../parse/fixtures.ts';

const ZONE = 'oxz_propolis-server_34aa5f9c';
const OTHER_ZONE = 'oxz_propolis-server_3cef2a36';
const FULL_ZONE = 'oxz_propolis-server_34aa5f9c-d933-49fa-b38e-fc4607933d50';

function messages(issues: readonly { readonly message: string }[]): readonly string[] {
  return issues.map((issue) => issue.message);
}

describe('a PID', () => {
  it('has no more than seven digits: upstairs_action prints counts of eight', () => {
    const counts = '10883421 53205111 17731222 8259 23104 11 6 3 15317\n';
    expect(parseStatusDialects(counts, 'lr-state')).toMatchObject({ rows: [], issues: { length: 1 } });
    expect(parseStatusDialects(counts.slice(1), 'lr-state').rows).toHaveLength(1);
  });
});

describe('parseStatusDialects of ds-state', () => {
  it("reads the seed's sample", () => {
    const { rows, issues, other } = parseStatusDialects(fixture('seed/get-ds-state.txt'), 'ds-state');
    expect(issues).toEqual([]);
    expect(other).toEqual(['root@BRM42220014:~# /tmp/get-ds-state.sh']);
    expect(rows).toHaveLength(7);
    expect(rows[0]).toEqual({
      zone: FULL_ZONE,
      pid: 28022,
      upstairsId: null,
      sessionId: null,
      values: ['active', 'active', 'active'],
      was: [],
      noReport: false,
      exited: false,
    });
    expect(rows.map((row) => row.pid)).toEqual([28022, 7737, 8766, 9984, 10335, 11016, 11817]);
  });

  it('reads codes, both ids cut, and the zone cut at 28 characters', () => {
    const { rows, issues } = parseStatusDialects(fixture('ds-state/codes-and-ids.txt'), 'ds-state');
    expect(issues).toEqual([]);
    expect(rows.map((row) => [row.zone, row.pid, row.upstairsId, row.sessionId, ...row.values])).toEqual([
      [ZONE, 28022, '3f2b1c9e', 'c0b92059', 'ACT', 'ACT', 'ACT'],
      [OTHER_ZONE, 7737, '6a1d2e3f', 'a666a8bd', 'LR', 'ACT', 'ACT'],
      ['oxz_propolis-server_3a1b039a', 8766, '99887766', '10000000', 'FLT', 'OFL', 'RPC'],
    ]);
  });

  it('takes one id for that of the session', () => {
    const { rows, issues } = parseStatusDialects(fixture('ds-state/session-only.txt'), 'ds-state');
    expect(issues).toEqual([]);
    expect(rows.map((row) => [row.upstairsId, row.sessionId, ...row.values])).toEqual([
      [null, 'c0b92059', 'ACT', 'ACT', 'ACT'],
      [null, 'a666a8bd', 'WQ', 'NF', 'DAV'],
    ]);
  });

  it('reads states as CamelCase words and as objects', () => {
    const statesOf = (path: string) => {
      const { rows, issues } = parseStatusDialects(fixture(path), 'ds-state');
      expect(issues).toEqual([]);
      return rows[0]?.values.map((value) => canonicalState(value).word);
    };
    expect(statesOf('ds-state/camel-case.txt')).toEqual(['active', 'live_repair_ready', 'wait_quorum']);
    expect(statesOf('ds-state/objects.txt')).toEqual(['active', 'wait_quorum', 'replacing']);
  });

  it('does not take the heading of ps for a zone', () => {
    const { rows, issues } = parseStatusDialects(fixture('ds-state/zone-gone.txt'), 'ds-state');
    expect(rows.map((row) => [row.zone, row.pid, row.exited])).toEqual([
      [ZONE, 28022, false],
      ['-', 31337, true],
    ]);
    expect(messages(issues)).toEqual([
      'the zone of PID 31337 is not known: it was gone when its zone was looked up',
    ]);
  });

  it('claims no order among the rows of one session', () => {
    const { rows, issues } = parseStatusDialects(fixture('ds-state/changed.txt'), 'ds-state');
    expect(rows).toHaveLength(4);
    expect(rows.every((row) => row.was.length === 0)).toBe(true);
    expect(issues.map((issue) => issue.code)).toEqual(['contradiction']);
    expect(issues[0]?.message).toBe(
      `3 rows of one session (c0b92059, PID 28022 in zone ${ZONE}) differ: the script sorts them, so the newest is unknown`,
    );
  });

  it('says that without ids two rows may be two disks', () => {
    const text = `${ZONE}  28022 ACT ACT ACT\n${ZONE}  28022 ACT ACT FLT\n`;
    expect(messages(parseStatusDialects(text, 'ds-state').issues)).toEqual([
      `2 rows of PID 28022 in zone ${ZONE} differ: without session ids these are several disks, or one that changed`,
    ]);
  });

  it('reads our own lines as parseStatusRows does', () => {
    const text = fixture('ds-state/ours.txt');
    const { rows, issues, other } = parseStatusDialects(text, 'ds-state');
    expect(issues).toEqual([]);
    expect(other).toHaveLength(1);
    expect(rows).toEqual(parseStatusRows(text.slice(text.indexOf('\n') + 1), 3).rows);
    expect(rows.map((row) => [row.noReport, row.exited, row.was.length])).toEqual([
      [false, false, 2],
      [true, false, 0],
      [false, true, 0],
    ]);
  });
});

describe('parseStatusDialects of lr-state', () => {
  it("reads the seed's sample", () => {
    const { rows, issues } = parseStatusDialects(fixture('seed/get-lr-state.txt'), 'lr-state');
    expect(issues).toEqual([]);
    expect(rows.map((row) => [row.pid, row.values.join('')])).toEqual(
      [28022, 7737, 8766, 9984, 10335, 11016, 11817].map((pid) => [pid, '000000']),
    );
  });

  it('tells ids of digits alone from counters', () => {
    const { rows, issues } = parseStatusDialects(fixture('lr-state/ids.txt'), 'lr-state');
    expect(issues).toEqual([]);
    expect(rows.map((row) => [row.upstairsId, row.sessionId, row.values.join(' ')])).toEqual([
      ['3f2b1c9e', 'c0b92059', '0 1 2 3 4 5'],
      ['6a1d2e3f', '10000000', '0 0 0 0 0 0'],
    ]);
    expect(parseStatusDialects(fixture('lr-state/session-only.txt'), 'lr-state').rows).toMatchObject([
      { upstairsId: null, sessionId: 'e1a38744', values: ['0', '1', '2', '3', '4', '5'] },
    ]);
  });

  it('reads our own lines, whose states follow the counters', () => {
    const text = fixture('lr-state/ours.txt');
    const { rows, issues } = parseStatusDialects(text, 'lr-state');
    expect(issues).toEqual([]);
    expect(rows).toEqual(parseStatusRows(text.slice(text.indexOf('\n') + 1), 9).rows);
  });

  it('takes no line of the other script', () => {
    expect(parseStatusDialects(fixture('seed/get-ds-state.txt'), 'lr-state').issues).toHaveLength(7);
    expect(parseStatusDialects(fixture('seed/get-lr-state.txt'), 'ds-state').issues).toHaveLength(7);
  });
});

describe('parseStatusDialects', () => {
  it('never throws, and loses no line', () => {
    const word = fc.oneof(
      fc.constantFrom(
        '-',
        'ACT',
        'active',
        '12',
        'c0b92059',
        'no_report',
        'was=a/b/c',
        ZONE,
        'ZONE',
        '    ZONE',
      ),
      fc.string(),
    );
    const line = fc.array(word, { maxLength: 9 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.constantFrom('ds-state', 'lr-state'),
        (lines, kind) => {
          const distinct = new Set(
            lines.flatMap((each) => each.split('\n').map((text) => text.trim().split(/\s+/).join(' '))),
          );
          distinct.delete('');
          const { rows, issues, other } = parseStatusDialects(lines.join('\n'), kind);
          expect(rows.length + issues.length + other.length).toBeGreaterThanOrEqual(distinct.size);
        },
      ),
    );
  });

  it('reads no row of get-lr-state.sh -a as one of another shape: each of them is an issue', () => {
    for (const name of ['camel-2021', 'object-era', 'snake', 'today']) {
      const lines = new Set(fixture(`check/${name}.txt`).trim().split('\n'));
      for (const kind of ['ds-state', 'lr-state'] as const) {
        const { rows, issues } = parseStatusDialects([...lines, ''].join('\n'), kind);
        expect(rows).toEqual([]);
        expect(issues).toHaveLength(lines.size);
      }
    }
  });

  it('never tells another value for a text that is cut anywhere', () => {
    for (const [path, kind] of [
      ['lr-state/ids.txt', 'lr-state'],
      ['ds-state/ours.txt', 'ds-state'],
    ] as const) {
      const text = fixture(path).replaceAll('1 2 3 4 5', '1 2 3 4 512');
      const whole = parseStatusDialects(text, kind).rows;
      for (let end = 1; end < text.length; end++) {
        const cut = text.slice(0, end);
        const { rows, issues } = parseStatusDialects(cut, kind);
        expect(rows).toEqual(whole.slice(0, rows.length));
        const last = cut.slice(cut.lastIndexOf('\n') + 1).trim();
        if (last !== '' && !/^ZONE +PID/.test(last)) {
          expect(issues).toHaveLength(1);
        }
      }
    }
  });
});

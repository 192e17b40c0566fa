import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStatusRows } from '../../src/parse/status-rows.ts';

const ZONE = 'oxz_propolis-server_34aa5f9c-d933-49fa-b38e-fc4607933d50';
const UPSTAIRS = '3f2b1c9e-7d14-4c7a-9a51-0d6c9f6b1a22';
const SESSION = 'c0b92059-8a3e-4b10-b9b4-55f4f2a3d7e1';
const WHO = `${ZONE}  28022 ${UPSTAIRS} ${SESSION}`;

describe('parseStatusRows', () => {
  it('reads a row', () => {
    expect(parseStatusRows(`${WHO} active  live_repair active\n`, 3)).toEqual({
      issues: [],
      rows: [
        {
          zone: ZONE,
          pid: 28022,
          upstairsId: UPSTAIRS,
          sessionId: SESSION,
          values: ['active', 'live_repair', 'active'],
          was: [],
          noReport: false,
          exited: false,
        },
      ],
    });
  });

  it('reads what came before in the same window, oldest first', () => {
    const [row] = parseStatusRows(
      `${WHO} active active active was=faulted/active/active>live_repair/active/active`,
      3,
    ).rows;
    expect(row?.was).toEqual([
      ['faulted', 'active', 'active'],
      ['live_repair', 'active', 'active'],
    ]);
  });

  it('reads a process that did not report, also where its PID is not known', () => {
    const { rows, issues } = parseStatusRows(
      `${ZONE} 7 - - - - - no_report\n${ZONE} - - - - - - no_report\n`,
      3,
    );
    expect(issues).toEqual([]);
    expect(rows.map((row) => [row.pid, row.noReport, row.values])).toEqual([
      [7, true, []],
      [null, true, []],
    ]);
  });

  it('reads the note of a process that was gone at the end', () => {
    const [row] = parseStatusRows(`${WHO} active active active was=new/new/new,exited`, 3).rows;
    expect(row).toMatchObject({ exited: true, was: [['new', 'new', 'new']] });
  });

  it('gives every other line back as an issue', () => {
    const text = `${WHO} active active\nhello\n${WHO} active active active later\n`;
    const { rows, issues } = parseStatusRows(text, 3);
    expect(rows).toEqual([]);
    expect(issues.map((issue) => issue.code)).toEqual(['unparsed_line', 'unparsed_line', 'unparsed_line']);
    expect(issues[1]?.message).toBe('a line that is not a row: hello');
  });

  it('says so when two rows of one session differ, and keeps both', () => {
    const { rows, issues } = parseStatusRows(
      `${WHO} active active active\n${WHO} active active faulted\n`,
      3,
    );
    expect(rows).toHaveLength(2);
    expect(issues.map((issue) => issue.code)).toEqual(['contradiction']);
  });

  it('takes the same row twice for one', () => {
    const { rows, issues } = parseStatusRows(`${WHO} 0 0 0 0 0 0\n${WHO} 0 0 0 0 0 0\n`, 6);
    expect([rows.length, issues.length]).toEqual([1, 0]);
  });

  it('never throws, and loses no line that is not blank', () => {
    const word = fc.oneof(fc.constantFrom('-', 'active', '12', 'no_report', 'was=a/b/c', ZONE), fc.string());
    const line = fc.array(word, { maxLength: 9 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = lines.join('\n');
        const distinct = new Set(
          text
            .split(/\r?\n/)
            .flatMap((each) => (each.trim() === '' ? [] : [each.trim().split(/\s+/).join(' ')])),
        );
        const { rows, issues } = parseStatusRows(text, 3);
        expect(rows.length + issues.length).toBeGreaterThanOrEqual(distinct.size > 0 ? 1 : 0);
        const unparsed = issues.filter((issue) => issue.code === 'unparsed_line').length;
        expect(rows.length + unparsed).toBeGreaterThanOrEqual(distinct.size);
      }),
    );
  });
});

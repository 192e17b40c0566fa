import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTableReader, headingsOf, parseTable, type TableEvent } from '../../src/parse/table-reader.ts';

const HEADINGS = ['ZONE', 'PID', 'F>', 'F<'];
const HEADER = 'ZONE                         PID    F>    F<\n';

function codes(issues: readonly { readonly code: string }[]): readonly string[] {
  return issues.map((issue) => issue.code);
}

describe('headingsOf', () => {
  it('knows upper-case words, and DS STATE n as one heading', () => {
    expect(headingsOf(' SESSION   DS STATE 0   DS STATE 1 UPW')).toEqual([
      'SESSION',
      'DS STATE 0',
      'DS STATE 1',
      'UPW',
    ]);
    expect(headingsOf('F> F< WU> NEXT_JOB DS0')).toEqual(['F>', 'F<', 'WU>', 'NEXT_JOB', 'DS0']);
  });

  it('takes no row for headings', () => {
    for (const line of ['ACT ACT FLT', 'oxz_x 1 2', 'ZONE', '', 'ACT ACT ACT 0 0 0', 'PID - -']) {
      expect(headingsOf(line)).toBeNull();
    }
  });
});

describe('parseTable', () => {
  it('begins a section with each occurrence of the headings', () => {
    const text = `${HEADER}oxz_a 1 2 3\n\noxz_b 2 0 -\n${HEADER}oxz_a 1 5 6\n\n`;
    expect(parseTable(text, HEADINGS)).toEqual({
      sections: [
        {
          headings: HEADINGS,
          rows: [
            ['oxz_a', '1', '2', '3'],
            ['oxz_b', '2', '0', '-'],
          ],
        },
        { headings: HEADINGS, rows: [['oxz_a', '1', '5', '6']] },
      ],
      issues: [],
      other: [],
    });
  });

  it('reads rows before any headings only where the headings are expected', () => {
    const text = `oxz_a 1 2 3\n${HEADER}oxz_a 1 5 6\n`;
    expect(parseTable(text, HEADINGS).sections.map((section) => section.rows.length)).toEqual([1, 1]);
    const alone = parseTable(text);
    expect(alone.sections.map((section) => section.rows.length)).toEqual([1]);
    expect(alone.issues.map((issue) => issue.message)).toEqual(['a line before any headings: oxz_a 1 2 3']);
  });

  it('reads the table of another version of a script under its own headings, and says so once', () => {
    const { sections, issues } = parseTable('PID F> F<\n1 2 3\nPID F> F<\n1 2 3\n', HEADINGS);
    expect(sections.map((section) => section.headings)).toEqual([
      ['PID', 'F>', 'F<'],
      ['PID', 'F>', 'F<'],
    ]);
    expect(issues.map((issue) => issue.message)).toEqual([
      'headings that were not expected, from another script perhaps: PID F> F<',
    ]);
  });

  it('turns a row of too many or too few words into an issue', () => {
    const { sections, issues } = parseTable(`${HEADER}oxz_a 1 2\noxz_a 1 2 3 4\n`);
    expect(sections[0]?.rows).toEqual([]);
    expect(codes(issues)).toEqual(['unparsed_line', 'unparsed_line']);
    expect(issues[0]?.message).toBe('a row of 3 values under 4 headings: oxz_a 1 2');
  });

  it('does not take the last value of a line that never ended for known', () => {
    const { sections, issues } = parseTable(`${HEADER}oxz_a 1 2 10`);
    expect(sections[0]?.rows).toEqual([['oxz_a', '1', '2', '-']]);
    expect(codes(issues)).toEqual(['warning']);
  });

  it('keeps prompts and notes apart, and turns drops among the rows into issues', () => {
    const { other, issues } = parseTable(
      `EVT22200005 # dtrace -s all_downstairs.d\ndtrace: script 'x.d' matched 6 probes\n${HEADER}dtrace: 17 drops on CPU 3\n`,
    );
    expect(other).toHaveLength(2);
    expect(codes(issues)).toEqual(['drops']);
  });

  it('counts what it does not quote', () => {
    const { issues } = parseTable(`${HEADER}${'x\n'.repeat(1000)}`);
    expect(issues).toHaveLength(51);
    expect(issues.at(-1)?.message).toBe('950 more lines of no known shape');
  });

  it('never throws, and loses no line', () => {
    const word = fc.oneof(
      fc.constantFrom('ZONE', 'PID', '-', '12', 'oxz_a', 'ACT', '$', 'dtrace:'),
      fc.string(),
    );
    const line = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = lines.join('\n');
        const events: TableEvent[] = [];
        const reader = createTableReader();
        events.push(...reader.push(text), ...reader.end());
        // Chatter may say nothing twice over; every other line is told.
        const said = text.split('\n').filter((each) => each.trim() !== '');
        expect(events.length).toBeGreaterThanOrEqual(said.length);
      }),
    );
  });

  it('never tells another value for a text that is cut anywhere', () => {
    const text = `${HEADER}oxz_a 1 1034 20\noxz_b 22 7 9007199254740993\n`;
    const whole = parseTable(text).sections.flatMap((section) => section.rows);
    for (let end = 0; end < text.length; end++) {
      const { sections, issues } = parseTable(text.slice(0, end));
      for (const [i, row] of sections.flatMap((section) => section.rows).entries()) {
        for (const [j, cell] of row.entries()) if (cell !== '-') expect(cell).toBe(whole[i]?.[j]);
      }
      if (!text.slice(0, end).endsWith('\n') && end > 0) expect(issues.length).toBeGreaterThan(0);
    }
  });
});

describe('createTableReader', () => {
  it('tells the same whatever pieces the text comes in', () => {
    const text = `${HEADER}oxz_a 1 2 3\r\noxz_b 2 0 -\nodd\n${HEADER}oxz_a 1 5 6`;
    const atOnce = createTableReader();
    const expected = [...atOnce.push(text), ...atOnce.end()];
    expect(expected).toHaveLength(7);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: text.length }), { maxLength: 8 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        const reader = createTableReader();
        const events = places.flatMap((from, i) =>
          reader.push(text.slice(from, places[i + 1] ?? text.length)),
        );
        expect([...events, ...reader.end()]).toEqual(expected);
      }),
    );
  });

  it('tells a row as soon as its line has ended', () => {
    const reader = createTableReader();
    expect(reader.push(`${HEADER}oxz_a 1 2 `).map((event) => event.kind)).toEqual(['header']);
    expect(reader.push('33')).toEqual([]);
    expect(reader.push('\noxz')).toEqual([
      { kind: 'row', headings: HEADINGS, cells: ['oxz_a', '1', '2', '33'] },
    ]);
  });

  it('does not keep a line that never ends', () => {
    const reader = createTableReader();
    const events = Array.from({ length: 100 }, () => reader.push('x'.repeat(10_000))).flat();
    expect(events).toHaveLength(1);
    expect(reader.push(`\n${HEADER}`).map((event) => event.kind)).toEqual(['header']);
    expect(reader.end()).toEqual([]);
  });
});

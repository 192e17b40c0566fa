import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createTableReader,
  headingsOf,
  parseTable,
  readTable,
  type TableEvent,
} from '../../src/parse/table-reader.ts';

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

  it('gives rows before any headings to those that are expected, or else to those that follow', () => {
    const text = `oxz_a 1 2 3\n${HEADER}oxz_a 1 5 6\n`;
    for (const table of [parseTable(text, HEADINGS), parseTable(text)]) {
      expect(table.sections.map(({ headings, rows }) => [headings, rows.length])).toEqual([
        [HEADINGS, 1],
        [HEADINGS, 1],
      ]);
      expect(table.issues).toEqual([]);
    }
  });

  it('tells a line before any headings that is not a row of those that follow', () => {
    const { sections, issues } = parseTable(`moved on Monday\noxz_a 1 2 3\n${HEADER}`);
    expect(sections.map(({ rows }) => rows)).toEqual([[['oxz_a', '1', '2', '3']], []]);
    expect(issues.map((issue) => issue.message)).toEqual(['a line before any headings: moved on Monday']);
    const alone = parseTable('oxz_a 1 2 3\n');
    expect([alone.sections, codes(alone.issues)]).toEqual([[], ['unparsed_line']]);
  });

  it('asks whether words fit the headings, so that a sentence is no row', () => {
    const fits = (_: readonly string[], cells: readonly string[]) => /^\d+$/.test(cells[1] ?? '');
    const text = `what it was then\n${HEADER}oxz_a 1 2 3\nwhat I saw then\n`;
    const { sections, issues } = readTable(text, { fits });
    expect(sections.map(({ rows }) => rows)).toEqual([[['oxz_a', '1', '2', '3']]]);
    expect(issues.map((issue) => issue.message)).toEqual([
      'a line before any headings: what it was then',
      'a line whose words do not fit the headings: what I saw then',
    ]);
  });

  it('cuts a name and a value that are too long, and says so', () => {
    const { sections, issues } = parseTable(`${HEADER}${'z'.repeat(64)} 1 2 ${'3'.repeat(1025)}\n`);
    expect(sections[0]?.rows[0]?.map((cell) => cell.length)).toEqual([64, 1, 1, 1025]);
    expect(sections[0]?.rows[0]?.[0]).toBe(`${'z'.repeat(63)}…`);
    expect(issues.map((issue) => issue.message)).toEqual([
      expect.stringMatching(/^the name of a zone of 64 characters is cut to 63: z+$/),
      expect.stringMatching(/^a value of 1025 characters is cut to 1024: 3+…$/),
    ]);
  });

  it('keeps so many rows, and counts the others', () => {
    const { sections, issues } = parseTable(`${HEADER}${'z 1 2 3\n'.repeat(100_005)}`);
    expect(sections[0]?.rows).toHaveLength(99_999);
    expect(issues.map((issue) => issue.message)).toEqual([
      '6 more rows are left out: the first 100000 rows and headings are read',
    ]);
  });

  it('tells equal drops once, with their number', () => {
    const { issues } = parseTable(`${HEADER}${'dtrace: 7 drops on CPU 3\n'.repeat(1000)}`);
    expect(issues).toEqual([{ code: 'drops', message: 'dtrace: 7 drops on CPU 3 (1000 times)' }]);
  });

  it('counts drops that differ, after the first of them', () => {
    const drops = Array.from({ length: 1000 }, (_, i) => `dtrace: ${i + 1} drops on CPU 3\n`);
    const { issues } = parseTable(HEADER + drops.join(''));
    expect(issues).toHaveLength(51);
    expect(issues.at(-1)).toEqual({ code: 'drops', message: '950 more issues like these' });
  });

  it('reads the table of another version of a script under its own headings, and says so once', () => {
    const { sections, issues } = parseTable('PID F> F<\n1 2 3\nPID F> F<\n1 2 3\n', HEADINGS);
    expect(sections.map((section) => section.headings)).toEqual([
      ['PID', 'F>', 'F<'],
      ['PID', 'F>', 'F<'],
    ]);
    expect(issues.map((issue) => issue.message)).toEqual([
      'headings that were not expected, from another script perhaps: PID F> F< (2 times)',
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
    expect(issues.at(-1)?.message).toBe('950 more lines that could not be read');
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
        // Equal messages of dtrace are one; every other line is told.
        const said = text
          .split('\n')
          .filter((each) => each.trim() !== '' && !each.trim().startsWith('dtrace:'));
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
    expect(events).toEqual([]);
    expect(reader.push(`\n${HEADER}`).map((event) => event.kind)).toEqual(['header']);
    const ends = reader.end();
    expect(ends).toEqual([{ kind: 'issue', issue: expect.objectContaining({ code: 'unparsed_line' }) }]);
  });
});

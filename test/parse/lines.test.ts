import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessages } from '../../src/parse/dtrace-messages.ts';
import { parseJsonLines, readJson } from '../../src/parse/json-lines.ts';
import { createIssueLog, eachLine, linesOf, ownText, wordsOf } from '../../src/parse/lines.ts';
import { quoteLine } from '../../src/parse/quote-line.ts';
import { parseStatusRows } from '../../src/parse/status-rows.ts';

describe('eachLine', () => {
  it('gives the lines of linesOf, and whether the last has an end', () => {
    const text = fc.array(fc.constantFrom('a', 'b c', '\r', '\n', '\r\n')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (each) => {
        const { lines, lastIsOpen } = linesOf(each);
        const read = [...eachLine(each)];
        expect(read.map(({ line }) => line).filter((line) => line !== '')).toEqual(
          lines.filter((line) => line !== ''),
        );
        expect(read.some(({ line, isOpen }) => isOpen && line !== '')).toBe(lastIsOpen);
      }),
    );
  });
});

describe('words of a line', () => {
  it('stand between blanks of any kind, and a copy of one is the same text', () => {
    const line = fc
      .array(fc.constantFrom('a', 'é', '😀b', ' ', '  ', '\t', '\u00a0'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(line, (each) => {
        expect(wordsOf(each)).toEqual(each.split(/\s+/).filter((word) => word !== ''));
        expect(ownText(each)).toBe(each);
      }),
    );
  });
});

describe('an issue log', () => {
  it('tells equal issues once, with their number, in the order of the first', () => {
    const log = createIssueLog();
    log.add('warning', 'a');
    log.addLine('a line', 'x');
    log.add('warning', 'a');
    log.add('drops', 'a');
    expect(log.all()).toEqual([
      { code: 'warning', message: 'a (2 times)' },
      { code: 'unparsed_line', message: 'a line: x' },
      { code: 'drops', message: 'a' },
    ]);
  });

  it('counts what comes after the first 50 of a code, and of lines', () => {
    const log = createIssueLog();
    for (let i = 0; i < 60; i++) {
      log.add('drops', `drops ${i}`);
      log.addLine('a line', String(i));
    }
    log.add('fault', 'one');
    const issues = log.all();
    expect(issues).toHaveLength(50 + 50 + 1 + 2);
    expect(issues.slice(-2)).toEqual([
      { code: 'unparsed_line', message: '10 more lines that could not be read' },
      { code: 'drops', message: '10 more issues like these' },
    ]);
  });
});

describe('limits', () => {
  const WHO = '3f2b1c9e c0b92059 active active active\n';

  it('cut the name of a zone at 63 characters, and say so', () => {
    const { rows, issues } = parseStatusRows(`${'z'.repeat(100)} 7 ${WHO}`, 3);
    expect(rows[0]?.zone).toBe(`${'z'.repeat(63)}…`);
    expect(issues).toEqual([
      {
        code: 'warning',
        message: expect.stringMatching(/^the name of a zone of 100 characters is cut to 63/),
      },
    ]);
  });

  it('keep so many rows of a status script, and count the others', () => {
    const text = Array.from({ length: 100_060 }, (_, i) => `z ${i} ${WHO}`).join('');
    const { rows, issues } = parseStatusRows(text, 3);
    expect([rows.length, issues.length]).toEqual([100_000, 51]);
    expect(issues.at(-1)?.message).toBe('10 more lines that could not be read');
  });

  it('do not read a line of more than 65,536 characters', () => {
    const long = `z 7 3f2b1c9e c0b92059 active active ${'a'.repeat(70_000)}\n`;
    expect(parseStatusRows(long, 3)).toEqual({
      rows: [],
      issues: [
        {
          code: 'unparsed_line',
          message: expect.stringMatching(/^a line of more than 65536 characters: z 7/),
        },
      ],
    });
    expect(parseJsonLines(`{"a":"${'x'.repeat(70_000)}"}\n`).issues).toHaveLength(1);
  });

  it('read no JSON of very many levels, which cannot be written again', () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    expect(readJson(deep)).toBeUndefined();
    expect(readJson(`{"a":${'['.repeat(60)}${']'.repeat(60)}}`)).toBeDefined();
  });

  it('keep few of many messages of dtrace', () => {
    const faults = Array.from({ length: 5000 }, (_, i) => `dtrace: error on enabled probe ID ${i}: x`).join(
      '\n',
    );
    expect(readMessages(faults)).toHaveLength(51);
  });

  it('quote the beginning of a line', () => {
    expect(quoteLine(`  ${'x'.repeat(1_000_000)}`)).toBe(`${'x'.repeat(160)}…`);
    expect(quoteLine(`  ${'x'.repeat(160)}   `)).toBe('x'.repeat(160));
    expect(quoteLine('a\tb\u001B ')).toBe('a b?');
  });
});

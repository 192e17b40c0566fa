import { describe, expect, it } from 'vitest';
import { decodedText } from '../../src/pasted/decoded-text.ts';
import { plainText } from '../../src/pasted/plain-text.ts';
import { readPasted } from '../../src/pasted/read-pasted.ts';
import { perfVol } from '../../src/probes/perf-vol.ts';
import { perfgw } from '../../src/probes/perfgw.ts';
import { fixture } from '../parse/fixtures.ts';

const ROW = 'oxz_a  7 c0b92059 ACT ACT ACT';

describe('plainText', () => {
  it.each([
    ['a quoted mail', `> ${ROW}`, ROW],
    ['a mail that was quoted twice', `> > ${ROW}`, ROW],
    ['quotes without blanks', `>>${ROW}`, ROW],
    ['a fence', `\`\`\`\n${ROW}\n\`\`\``, `\n${ROW}\n`],
    ['a fence with a language', `~~~ console\n${ROW}`, `\n${ROW}`],
    ['a fence on the line of the text', `\`\`\`${ROW}\n${ROW}\`\`\``, `${ROW}\n${ROW}`],
    ['a quoted fence', `> \`\`\`\n> ${ROW}`, `\n${ROW}`],
    ['a block of Jira', `{noformat}\n${ROW}\n{code:java}`, `\n${ROW}\n`],
    ['HTML of GitHub', `<details>\n<pre>\n${ROW}`, `\n\n${ROW}`],
    ['no-break and thin blanks', 'oxz_a\u00A0\u00A07\u2009x', 'oxz_a  7 x'],
    ['characters without width', '\uFEFFoxz\u200B_a', 'oxz_a'],
    ['marks of direction and soft hyphens', '\u200Foxz\u00AD_\u2068a\u2069', 'oxz_a'],
    ['an interrupt before the text', `^C ${ROW}`, ` ${ROW}`],
    ['a log of script', `Script started on 2026-11-27\n${ROW}\nScript done on 2026-11-27`, `\n${ROW}\n`],
    ['the end of a session', `${ROW}\nlogout`, `${ROW}\n`],
  ])('takes away %s', (_, raw, plain) => {
    expect(plainText(raw)).toBe(plain);
  });

  it.each([
    ['a row of lquantize', '            >= 100 |@@@@                     7        '],
    ['such a row without its indentation', '>= 100 |@@@@                     7        '],
    ['tabs within a line', 'oxz_a\t7'],
    ['a sentence with a fence in it', 'use ``` to quote'],
  ])('leaves %s', (_, line) => {
    expect(plainText(line)).toBe(line);
  });

  it.each([
    ['four blanks', (line: string) => `    ${line}`],
    ['a tab', (line: string) => `\t${line}`],
    ['tabs for eight blanks', (line: string) => line.replace(/^ {8}/, '\t')],
    ['quotes', (line: string) => `> ${line}`],
    ['all but the first line', (line: string, i: number) => (i === 0 ? line : `      ${line}`)],
  ])('gives a histogram its columns again that %s moved', (_, move) => {
    for (const [probe, name] of [
      [perfgw, 'perfgw'],
      [perfVol, 'perf-vol'],
    ] as const) {
      const text = fixture(`seed/${name}.txt`);
      const moved = text.split('\n').map((line, i) => (line === '' ? '' : move(line, i)));
      const settings = { totals: false, older: false };
      expect(readPasted(probe, plainText(moved.join('\n')), settings)).toEqual(
        readPasted(probe, plainText(text), settings),
      );
    }
  });
});

describe('decodedText', () => {
  const text = `größe\n${ROW}\n`;
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['UTF-16', Buffer.from(text, 'utf16le').swap16()],
  ])('reads %s, with a mark and without', (encoding, bytes) => {
    expect(decodedText(bytes)).toEqual({ text, encoding });
  });

  it.each([
    ['behind its lines', `${ROW}\n${'\u0000'.repeat(9000)}`],
    ['before them', `${'\u0000'.repeat(9000)}${ROW}\n`],
    ['within one', `${ROW.slice(0, 9)}${'\u0000'.repeat(9000)}${ROW.slice(9)}\n`],
  ])('does not take a hole %s for UTF-16', (_, hole) => {
    expect(decodedText(Buffer.from(hole))).toEqual({ text: hole, encoding: 'UTF-8' });
  });

  it('reads nothing of nothing, and U+FFFD of what is no text', () => {
    expect(decodedText(Buffer.from('')).text).toBe('');
    expect(decodedText(Buffer.from([0x61, 0xff, 0x62])).text).toBe('a\uFFFDb');
  });
});

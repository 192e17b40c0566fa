import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWordReader, readNamedWords } from '../../src/parse/named-words.ts';

const NAMES = ['zone', 'pid', 'ds0', 'ds1', 'host', 'unreadable', 'no such'];

describe('a reader of lines with the same words', () => {
  it('reads each line as if it stood alone, whatever came before it', () => {
    const name = fc.constantFrom('zone', 'pid', 'ds0', 'ds1', 'unreadable', 'Zone', '');
    const value = fc.constantFrom('', '1', 'a=b', '-', 'ds0=1');
    const word = fc.tuple(name, fc.constantFrom('=', '=', '=', ''), value).map((parts) => parts.join(''));
    const blank = fc.constantFrom(' ', ' ', ' ', ' ', '  ', '\t', '\r', '\u00a0');
    const odd = fc.array(fc.tuple(word, blank), { maxLength: 5 }).map((parts) => parts.flat().join(''));
    const usual = fc
      .tuple(value, value, fc.constantFrom('', ' ', ' ds1=2', '=', 'x', ' unreadable=a b=c'))
      .map(([a, b, end]) => `zone=${a} pid=${b} ds0=3${end}`);
    fc.assert(
      fc.property(fc.array(fc.oneof(usual, odd), { minLength: 2, maxLength: 8 }), (lines) => {
        const read = createWordReader('unreadable');
        for (const line of lines) {
          const words = read(line);
          const alone = readNamedWords(line, 'unreadable');
          expect(words === null).toBe(alone === null);
          for (const each of NAMES) {
            expect([line, words?.get(each), words?.has(each)]).toEqual([
              line,
              alone?.get(each),
              alone?.has(each),
            ]);
          }
        }
      }),
    );
  });
});

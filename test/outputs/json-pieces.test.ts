import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonPieces } from '../../src/outputs/json-pieces.ts';
import { escapedJson } from '../../src/model/printable.ts';
import { runs } from '../support/sized.ts';

function whole(value: object): string {
  return `${escapedJson(JSON.stringify(value, null, 2))}\n`;
}

it('pieces of JSON are together what JSON.stringify gives', () => {
  const values = fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue()), fc.constant(undefined));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), values), (value) => {
      expect([...jsonPieces(value)].join('')).toBe(whole(value));
    }),
    runs(100, 2_000),
  );
  for (const value of [{}, { a: undefined }, { a: [] }, { a: [undefined, 1], b: {} }]) {
    expect([...jsonPieces(value)].join('')).toBe(whole(value));
  }
});

it('a long report comes in pieces, each of them much shorter than it', () => {
  const value = { rows: Array.from({ length: 5_000 }, (_, n) => ({ n, text: '\u202e'.repeat(20) })) };
  const pieces = [...jsonPieces(value)];
  expect(pieces.join('')).toBe(whole(value));
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(500_000);
  expect(pieces.length).toBeGreaterThan(3);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { closedJson } from '../../src/parse/closed-json.ts';

it.each([
  ['{"items":[{"id":1},{"id"', '{"items":[{"id":1},{}]}'],
  ['[1,2,"a,b', '[1,2]'],
  [' {"a":{"b":"}"', '{"a":{}}'],
  ['{', '{}'],
])('closes %s where it was cut', (cut, closed) => {
  expect(closedJson(cut)).toBe(closed);
});

it.each(['', 'hello', '{"a":1}', '[}', '"text'])('has nothing to close in %s', (text) => {
  expect(closedJson(text)).toBeNull();
});

it('makes JSON of every begin of JSON', () => {
  fc.assert(
    fc.property(fc.object({ maxDepth: 4 }), fc.nat(), (value, at) => {
      const text = JSON.stringify(value);
      const closed = closedJson(text.slice(0, 1 + (at % Math.max(1, text.length - 1))));
      if (closed !== null) JSON.parse(closed);
    }),
  );
});

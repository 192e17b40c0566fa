import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInteger, selectJson } from '../../../src/simulator/d/json-function.ts';

const RECORD =
  '{"ok":{"id":"3f2b","up":35,"next":353320000,"ds_state":["LiveRepair","Active",{"type":"x"}],"io":{"done":[1,-2,3.5e+7]},"t":true,"n":null,"e":"","esc":"a\\"b\\u00e9\\n"}}';

describe('json()', () => {
  test.each([
    ['ok.id', '3f2b'],
    ['ok.up', '35'],
    ['ok.ds_state[0]', 'LiveRepair'],
    ['ok.ds_state.1', 'Active'],
    ['ok.ds_state[2].type', 'x'],
    ['ok.ds_state', '["LiveRepair","Active",{"type":"x"}]'],
    ['ok.io.done[1]', '-2'],
    ['ok.io.done[2]', '3.5e+7'],
    ['ok.t', 'true'],
    ['ok.n', 'null'],
    ['ok.e', ''],
    ['ok.esc', String.raw`a\"b\u00e9\n`],
    ['ok.missing', null],
    ['ok.ds_state[3]', null],
    ['ok.up.x', null],
    ['ok.id.x', null],
    ['nothing', null],
  ])('%s gives %j', (selector, expected) => {
    expect(selectJson(RECORD, selector)).toBe(expected);
  });

  test('a leading bracket selects from a top-level array', () => {
    expect(selectJson('[10,20,30]', '[1]')).toBe('20');
  });

  test.each([
    ['{"a":"cut off', 'a'],
    ['{"a":[1,2', 'a'],
    ['{"a":12', 'a'],
    ['{"a":tru', 'a'],
    ['{"a":0x10,"b":1}', 'a'],
    ['{"a":TRUE}', 'a'],
    [String.raw`{"a":"\u00g0","b":1}`, 'b'],
    ['"a"', 'a'],
    ['', 'a'],
  ])('a text that ends or goes wrong before the element has ended gives NULL: %s', (text, selector) => {
    expect(selectJson(text, selector)).toBeNull();
  });

  test('a number needs one more character to count as ended', () => {
    expect(selectJson('{"a":12', 'a')).toBeNull();
    expect(selectJson('{"a":12,', 'a')).toBe('12');
  });

  test('what comes after the element may be anything', () => {
    expect(selectJson('{"a":1,"b":!!!', 'a')).toBe('1');
  });

  test('the first of equal keys wins', () => {
    expect(selectJson('{"a":1,"a":2}', 'a')).toBe('1');
  });

  test('a wanted key with a scalar value ends the search though more of the selector remains', () => {
    expect(selectJson('{"a":1,"a":{"b":2}}', 'a.b')).toBeNull();
  });

  test('brackets inside strings do not count', () => {
    expect(selectJson('{"x":{"s":"}]\\"}"},"y":5}', 'y')).toBe('5');
  });

  test('finds what JSON.stringify wrote, for keys without dots and brackets', () => {
    const key = fc.stringMatching(/^[a-z_]{1,6}$/);
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.string(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 5, noNullPrototype: true }), (object) => {
        const text = JSON.stringify(object);
        for (const [name, element] of Object.entries(object)) {
          const found = selectJson(text, name);
          if (typeof element === 'string') expect(found).toBe(JSON.stringify(element).slice(1, -1));
          else expect(found).toBe(JSON.stringify(element));
        }
      }),
    );
  });

  test('a cut text gives the whole element or NULL, never a part of it', () => {
    fc.assert(
      fc.property(
        fc.nat(RECORD.length),
        fc.constantFrom('ok.id', 'ok.next', 'ok.ds_state', 'ok.esc'),
        (n, path) => {
          const found = selectJson(RECORD.slice(0, n), path);
          if (found !== null) expect(found).toBe(selectJson(RECORD, path));
        },
      ),
    );
  });
});

describe('strtoll()', () => {
  test.each([
    [' \t42abc', 10, 42n],
    ['-7', 10, -7n],
    ['+7', 10, 7n],
    ['', 10, 0n],
    ['x', 10, 0n],
    ['0xff', 16, 255n],
    ['377', 8, 255n],
  ])('%j in base %d', (text, base, expected) => {
    expect(parseInteger(text, base)).toBe(expected);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonValues } from '../../src/pasted/json-values.ts';

describe('jsonValues', () => {
  const object = { pid: 7, status: { ds_state: ['Active', { type: 'active' }], a: '} { "' } };

  it.each([
    ['one a line', `${JSON.stringify(object)}\n${JSON.stringify(object)}\n`],
    ['over several lines', `${JSON.stringify(object, null, 2)}\n${JSON.stringify(object, null, 4)}\n`],
    ['a list on one line', JSON.stringify([object, object])],
    ['a list over several lines', `${JSON.stringify([object, object], null, 2)}\n`],
    ['the elements of a list', `  ${JSON.stringify(object)},\n${JSON.stringify(object, null, 2)},\n`],
  ])('reads objects that are %s', (_, text) => {
    expect(jsonValues(text)).toEqual({ objects: [object, object], rest: '', leftOut: 0 });
  });

  it('leaves what is around them', () => {
    const text = `before\n${JSON.stringify(object, null, 2)}\nafter\n`;
    expect(jsonValues(text)).toEqual({ objects: [object], rest: 'before\nafter\n', leftOut: 0 });
  });

  it('finds the object after one that was cut', () => {
    const cut = JSON.stringify(object, null, 2).split('\n').slice(0, 4).join('\n');
    const { objects, rest } = jsonValues(`${cut}\n${JSON.stringify(object)}\n`);
    expect(objects).toEqual([object]);
    expect(rest).toBe(`${cut}\n`);
  });

  it('takes no list of other values', () => {
    expect(jsonValues('[1, 2]\n{1}\n{"a":\n').objects).toEqual([]);
    expect(jsonValues('[1, 2]\n{1}\n{"a":\n').rest).toBe('[1, 2]\n{1}\n{"a":\n');
  });

  it('gives back every object however it is printed, and loses no other line', () => {
    const values = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), { maxLength: 4 });
    fc.assert(
      fc.property(
        values,
        fc.nat({ max: 4 }),
        fc.array(fc.constantFrom('', 'a b', '7 c0b92059')),
        (all, space, lines) => {
          fc.pre(!/\d{16}/.test(JSON.stringify(all)));
          const text = [...all.map((each) => JSON.stringify(each, null, space)), ...lines, ''].join('\n');
          const read = jsonValues(text);
          expect(read.objects).toEqual(all.map((each) => JSON.parse(JSON.stringify(each))));
          expect(read.rest.split('\n').filter((line) => line !== '')).toEqual(
            lines.filter((line) => line !== ''),
          );
        },
      ),
    );
  });
});

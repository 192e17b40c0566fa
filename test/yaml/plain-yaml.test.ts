import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMap, isScalar, isSeq, parseDocument, type Node } from 'yaml';
import { readPlainYaml } from '../../src/yaml/plain-yaml.ts';

const PLAIN = `# racks
version: 1
defaults: { user: root, auth: [none, publickey], known_hosts: "a b" }
racks:
  - id: 3   # the third
    labels:
      role: 'test'
    sleds:
      - { cubby: 0, host: fd00:1122:3344:101::1, port: 22 }

      - cubby: 1
        host: fe80::1%eth0
  - id: Rack four
    tags:
    - a
    - b c
    sleds: [{ cubby: 2, host: h2 }]
`;

describe('plain YAML', () => {
  it('is read as the library reads it, each node with where it begins', () => {
    expect(readPlainYaml(PLAIN)).not.toBeNull();
    expectSame(PLAIN);
  });

  it.each([
    'a: &x 1\nb: *x\n',
    'a: !!str 1\n',
    'a: |\n  b\n',
    'a: b\n  c\n',
    'a: "b\\n"\n',
    "a: 'b''c'\n",
    'a:\nb: 1\n',
    'a:\tb\n',
    '--- \na: b\n',
    'a: b\n...\n',
    'a: b\n...  c: d\n',
    'a: b # c\n  d\n',
    'a: {b: c',
    'a: [b,\n  c]\n',
    '- - a\n',
    '- \n',
    'a: b: c\n',
    'a: b#c\n',
    'a: "b" c\n',
    'a: [b: c]\n',
    'a: {b}\n',
    '? a\n: b\n',
    '<<: a\n',
    'a: b\r\n',
    '',
  ])('%j is left to the library', (text) => {
    expect(readPlainYaml(text)).toBeNull();
  });

  it('is what the library takes it for, whatever stands in the text', () => {
    const pieces = fc.constantFrom(
      ...'a|b c|1|fd00::1|: |:|- |-|\n|\n  |\n    |{ |{| }|}|[|]|, |,|"|\'|#| #| # c|  |é|\\|&|*|!|>|?|%|...|---|~|=|@|\t|\r|\0'.split(
        '|',
      ),
      '|',
    );
    fc.assert(fc.property(fc.array(pieces, { maxLength: 14 }), (words) => expectSame(words.join(''))));
    fc.assert(
      fc.property(fc.nat(PLAIN.length), fc.nat(3), fc.array(pieces, { maxLength: 2 }), (at, cut, words) =>
        expectSame(PLAIN.slice(0, at) + words.join('') + PLAIN.slice(at + cut)),
      ),
      { numRuns: 300 },
    );
  });
});

/** Nothing is expected of what is not plain. */
function expectSame(text: string): void {
  const plain = readPlainYaml(text);
  if (plain === null) return;
  const document = parseDocument(text, { schema: 'failsafe', uniqueKeys: false, merge: false });
  expect([text, ...document.errors, ...document.warnings]).toEqual([text]);
  expect([text, shapeOf(plain)]).toEqual([text, shapeOf(document.contents)]);
}

function shapeOf(node: unknown): unknown {
  const at = (found: Node) => found.range?.[0];
  if (isScalar(node)) return [node.value, at(node)];
  if (isSeq(node)) return ['list', at(node), node.items.map(shapeOf)];
  if (isMap(node)) {
    return ['map', at(node), node.items.map(({ key, value }) => [shapeOf(key), shapeOf(value)])];
  }
  return node;
}

import { describe, expect, it } from 'vitest';
import { lineFinder, problemLines, type Problem } from '../../src/yaml/problem.ts';
import { text } from '../../src/yaml/text-schema.ts';
import { read, readKnown, readYaml, shown } from '../../src/yaml/yaml-reader.ts';

const refused = text('something else', () => undefined);

/** The problems of a text, of whose keys `a` is known and takes nothing. */
function problemsOf(source: string): readonly string[] {
  const problems: Problem[] = [];
  const lineAndColumn = lineFinder(source);
  const yaml = readYaml(source, problems, lineAndColumn);
  const values = yaml === null ? null : readKnown(yaml.reader, yaml.top, ['a'], 'keys and values');
  if (yaml !== null) read(yaml.reader, values?.get('a'), refused);
  return problemLines('x.yaml', lineAndColumn, problems);
}

describe('a message about a YAML file', () => {
  it.each([
    [
      'a: smtp://ada:hunter2@host',
      'x.yaml:1:4: a: found "smtp://(not shown)@host", allowed is something else',
    ],
    [
      'a: "smtp://ada:hunter2 @ x@host"',
      'x.yaml:1:4: a: found "smtp://(not shown)@host", allowed is something else',
    ],
    ['a: [b, smtp://ada:hunter2@host]', 'x.yaml:1:4: a: found a list, allowed is something else'],
    ['{ smtp://ada:hunter2@host }', 'x.yaml:1:3: (not shown): found an unknown key, allowed is a'],
    [
      '{ a: smtp://ada:hunter1,hunter2@host }',
      'x.yaml:1:25: (not shown): found an unknown key, allowed is a',
    ],
    ['"hunter2\\u0007://": 1', 'x.yaml:1:1: (not shown): found an unknown key, allowed is a'],
    ['{ a: b }hunter2@host', 'x.yaml:1:9: not YAML: unexpected scalar at node end'],
    ['a: |hunter2\n  b', 'x.yaml:1:5: not YAML: block scalar header includes extra characters'],
  ])('shows no password: %j', (source, expected) => {
    const lines = problemsOf(source);
    expect(lines).toContain(expected);
    expect(lines.join('\n')).not.toContain('hunter2');
  });
});

describe('a text that is shown', () => {
  it.each([
    ['44', '44'],
    ['two words', '"two words"'],
    ['a\nb', '"a\\nb"'],
    ['x'.repeat(61), `${'x'.repeat(57)}...`],
    ['https://example.com/a', 'https://example.com/a'],
    [`https://ada:${'x'.repeat(80)}@example.com`, '"https://(not shown)@example.com"'],
  ])('%j is %s', (given, expected) => {
    expect(shown(given)).toBe(expected);
  });
});

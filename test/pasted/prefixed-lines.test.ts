import { describe, expect, it } from 'vitest';
import { splitPrefixedLines } from '../../src/pasted/prefixed-lines.ts';
import { fixture, fixturesIn } from '../parse/fixtures.ts';

function blocksIn(text: string, known: readonly string[] = []) {
  const blocks = splitPrefixedLines(text, (name) => known.includes(name));
  return (
    blocks?.map(({ heading, lines }) => [heading?.sleds[0]?.name ?? null, heading?.ok ?? null, lines]) ?? null
  );
}

describe('splitPrefixedLines', () => {
  it('gives each sled its lines, wherever they stand', () => {
    expect(blocksIn('BRM42220014: a\nsled15: b\nBRM42220014: c\n14: d\nfe80::1%e0: e\n')).toEqual([
      ['BRM42220014', null, ['a', 'c']],
      ['sled15', null, ['b']],
      ['14', null, ['d']],
      ['fe80::1%e0', null, ['e']],
    ]);
  });

  it('takes numbers for names where one has several lines, or they do not rise', () => {
    expect(blocksIn('14: a\n14: b\n')).toEqual([['14', null, ['a', 'b']]]);
    expect(blocksIn('16: a\n14: b\n')).toHaveLength(2);
    expect(blocksIn('14: a\n16: b\n', ['14'])).toHaveLength(2);
  });

  it('knows a name without a digit from the inventory', () => {
    expect(blocksIn('west: a\n')).toBeNull();
    expect(blocksIn('west: a\n', ['west'])).toEqual([['west', null, ['a']]]);
  });

  it('takes a sled for failed whose command is said to have failed, with what it said', () => {
    const text = 'sled1: a\nsled2: ssh: no route\npdsh@bastion: sled2: ssh exited with exit code 255\n';
    expect(blocksIn(text)).toEqual([
      ['sled1', null, ['a']],
      ['sled2', false, ['ssh exited with exit code 255', 'ssh: no route']],
    ]);
  });

  it.each([
    ['[BRM42220014] out: a\n[BRM42220036] out: b\n', 'BRM42220036'],
    ['out/BRM42220014.txt:a\nout/BRM42220036.txt:b\n', 'BRM42220036'],
    ['BRM42220014:a\nwest:b\n', 'west'],
  ])('knows %j by names that are of sleds for sure', (text, second) => {
    expect(blocksIn(text, ['west'])).toEqual([
      ['BRM42220014', null, ['a']],
      [second, null, ['b']],
    ]);
  });

  it('gives a line without a name to no sled', () => {
    expect(blocksIn('sled1: a\nsled1: b\nc d\n')).toEqual([
      [null, null, ['c d']],
      ['sled1', null, ['a', 'b']],
    ]);
  });

  it.each([
    'dtrace: 7 drops on CPU 3\n',
    'ssh: connect to host BRM42220014 port 22: timed out\n',
    'python3: no such file\n',
    '[ 12] out: a\n[sled1] out: b\n',
    'in/a1.txt:a\nin/a2.txt:b\n',
    '2026-11-27T16:00:00Z: started\n',
    '16:00: started\n',
    'sled1:\noxz_a 7 ACT ACT ACT\n',
    'oxz_a1: 7 c0b92059 ACT ACT ACT\n',
    '28022: 7 c0b92059 ACT ACT ACT\n7737: 7 c0b92060 ACT ACT ACT\n',
    '2: 7737 6a1d2e3f a666a8bd ACT ACT ACT\n14: 7 6a1d2e3f a666a8be ACT ACT ACT\n',
    '',
  ])('finds no names in %j', (text) => {
    expect(blocksIn(text)).toBeNull();
  });

  it('finds no names in what any script of the seed prints', () => {
    for (const name of fixturesIn('seed')) expect(blocksIn(fixture(`seed/${name}.txt`))).toBeNull();
  });
});

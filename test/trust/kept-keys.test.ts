import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptFor, namesOfKey, parseKeptKeys, textWith, type KeptKey } from '../../src/trust/kept-keys.ts';
import { createKeptKeysFiles } from '../../src/trust/kept-keys-files.ts';

const FIRST_LINE = '# cruc-fleet host keys, version 1';
const AT = new Date('2026-11-27T22:10:03.456Z');

/** A key of that type in wire format. */
function wire(rest: string, type = 'ssh-ed25519'): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(rest)]);
}

function line(name: string, rest: string): string {
  return `${name} ssh-ed25519 ${wire(rest).toString('base64')}`;
}

function kept(name: string, rest: string): KeptKey {
  return { name, key: wire(rest), at: AT, by: 'trust', shownAt: '[fd00::1]:22' };
}

function keysOf(text: string, name: string): readonly string[] {
  return keptFor(parseKeptKeys(text, 'f'), name).map((entry) => entry.key.toString('latin1').slice(15));
}

describe('our file of host keys', () => {
  it('says what it is, and when and how each key came', () => {
    const text = textWith(parseKeptKeys('', 'f'), [kept('BRM1', 'a')]);
    expect(text).toMatch(/^# cruc-fleet host keys, version 1: /);
    expect(text.split('\n').at(-2)).toBe(
      `${line('BRM1', 'a')} stored=2026-11-27T22:10:03Z by=trust at=[fd00::1]:22`,
    );
    const [entry] = keptFor(parseKeptKeys(text, 'f'), 'brm1');
    expect(entry).toMatchObject({ line: 4, stored: { at: new Date('2026-11-27T22:10:03Z'), by: 'trust' } });
  });

  it('has a key in place of all others of its name, and leaves every other line as it was', () => {
    const others = [
      '',
      '# my own note',
      `${line('3/c1', 'x')} a comment  of mine`,
      `@revoked ${line('BRM1', 'r')}`,
    ];
    const before = [FIRST_LINE, line('BRM1', 'a'), ...others, line('brm1', 'b'), ''].join('\n');
    const after = textWith(parseKeptKeys(before, 'f'), [kept('BRM1', 'c')]);
    expect(after.split('\n').slice(0, -2)).toEqual([FIRST_LINE, ...others]);
    expect(keysOf(after, 'BRM1')).toEqual(['r', 'c']);
    expect(keysOf(after, '3/c1')).toEqual(['x']);
  });

  it('tells whose a key is', () => {
    const text = [FIRST_LINE, line('BRM1', 'a'), line('BRM2', 'b'), `@revoked ${line('BRM3', 'a')}`].join(
      '\n',
    );
    expect(namesOfKey(parseKeptKeys(text, 'f'), wire('a'))).toEqual(['BRM1']);
  });

  it('reads a key without a word on when it came', () => {
    const [entry] = keptFor(parseKeptKeys(`${FIRST_LINE}\n${line('BRM1', 'a')}\n`, 'f'), 'BRM1');
    expect(entry?.stored).toBeUndefined();
  });
});

describe('writing it', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-keys-'));
    file = join(folder, 'host_keys');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = () => createKeptKeysFiles(() => performance.now(), Math.random);

  it('loses no key of several writers', async () => {
    const writers = [open(), open(), open()];
    const names = Array.from({ length: 60 }, (_, n) => `BRM${n}`);
    await Promise.all(
      names.map(async (name, n) => await writers[n % 3]!.keep(file, kept(name, name), () => true)),
    );
    const keys = parseKeptKeys(readFileSync(file, 'utf8'), file);
    expect([...keys.byName.keys()].length).toBe(60);
  });

  it('asks each writer with what the one before it wrote, and fails only the one that throws', async () => {
    const files = open();
    const seen: number[] = [];
    const ends = await Promise.allSettled(
      ['a', 'b', 'c'].map(async (rest) => {
        await files.keep(file, kept('BRM1', rest), (found) => {
          seen.push(found.length);
          if (rest === 'b') throw new Error('not this one');
          return found.length === 0;
        });
      }),
    );
    expect(seen).toEqual([0, 1, 1]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(keysOf(readFileSync(file, 'utf8'), 'BRM1')).toEqual(['a']);
  });

  it('leaves a file alone that is not ours', async () => {
    writeFileSync(file, `${line('BRM1', 'a')}\n`);
    await expect(open().keep(file, kept('BRM2', 'b'), () => true)).rejects.toThrow(/not a file of host keys/);
    expect(readFileSync(file, 'utf8')).toBe(`${line('BRM1', 'a')}\n`);
  });
});

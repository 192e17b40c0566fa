import { describe, expect, it } from 'vitest';
import { checkListed, parseFingerprints } from '../../src/trust/fingerprint-list.ts';
import { fingerprint } from '../../src/trust/known-hosts.ts';

const key = Buffer.from('a key');
const right = fingerprint(key);
const wrong = fingerprint(Buffer.from('another key'));

const HOSTS = [
  { name: 'BRM42220036', words: ['3/c14', 'c14', 'BRM42220036'] },
  { name: 'BRM42220051', words: ['3/c15', 'c15', 'BRM42220051'] },
  { name: '4/c14', words: ['4/c14', 'c14'] },
  { name: '[switch0]:22', words: ['[switch0]:22', 'switch0:22', 'switch0'] },
];

function check(text: string, name: string): string {
  return checkListed(parseFingerprints(text, HOSTS), name, key).status;
}

describe('a list of fingerprints', () => {
  it.each([
    ['a host and its fingerprint', `BRM42220036 ${right}`],
    ['any order and case', `${right}\tbrm42220036`],
    ['what ssh-keygen -l prints', `256 ${right} root@BRM42220036 (ED25519)`],
    ['what pilot prints of it', `14  BRM42220036        ok: 256 ${right} root@BRM42220036 (ED25519)`],
    ['several fingerprints of one host', `BRM42220036: ${wrong}, ${right}`],
    ['several lines of one host', `BRM42220036 ${wrong}\nBRM42220036 ${right}`],
    ['a rack and a name', `3/c14 ${right}`],
  ])('is read from %s', (_, text) => {
    expect(check(text, 'BRM42220036')).toBe('listed');
    expect(check(text, 'BRM42220051')).toBe('not listed');
  });

  it('gives a fingerprint to no host of another line', () => {
    const text = `14  BRM42220036  ok: 256 ${wrong} (ED25519)\n${right}\n31  BRM99  ok: ${right}\n`;
    expect(check(text, 'BRM42220036')).toBe('other');
    expect(parseFingerprints(text, HOSTS).unnamed).toEqual([2, 3]);
  });

  it('takes neither a line that names two hosts, nor a name that two hosts have', () => {
    const text = `BRM42220036 BRM42220051 ${right}\nc14 ${right}`;
    const list = parseFingerprints(text, HOSTS);
    expect(list.byName.size).toBe(0);
    expect(list.unnamed).toEqual([1, 2]);
  });

  it('takes no fingerprint that goes on, is cut, or stands in a comment', () => {
    expect(check(`BRM42220036 ${right}A`, 'BRM42220036')).toBe('not listed');
    expect(check(`BRM42220036 ${right.slice(0, -1)}`, 'BRM42220036')).toBe('not listed');
    expect(check(`# BRM42220036 ${right}`, 'BRM42220036')).toBe('not listed');
  });

  it('names a gateway by its address', () => {
    expect(check(`switch0 ${right}`, '[switch0]:22')).toBe('listed');
    expect(check(`switch0:22 ${right}`, '[switch0]:22')).toBe('listed');
  });
});

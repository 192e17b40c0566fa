import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fingerprint,
  knownHostsName,
  lookUpHost,
  lookUpRevoked,
  parseKnownHosts,
} from '../../src/trust/known-hosts.ts';

// The ed25519 key that github.com publishes, with its fingerprint; of other keys only the type matters here.
const ed25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
const other = wire('ecdsa-sha2-nistp256', 'other');

function wire(type: string, rest: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(rest)]).toString('base64');
}

function look(text: string, host: string, port = 22): ReturnType<typeof lookUpHost> {
  return lookUpHost([parseKnownHosts(text, 'kh')], { host, port });
}

function hashed(name: string): string {
  const salt = Buffer.from('0123456789abcdefghij');
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}

describe('lookUpHost', () => {
  it('finds a host by each of the names on its line, whatever their case', () => {
    const text = `sled1,fd00::1,SLED1.example ssh-ed25519 ${ed25519} comment`;
    for (const name of ['sled1', 'fd00::1', 'FD00::1', 'sled1.example']) {
      expect(look(text, name).keys).toHaveLength(1);
    }
    expect(look(text, 'sled').keys).toEqual([]);
  });

  it('tells the file, the line and the type of a key', () => {
    const { keys } = look(`# comment\n\nsled1 ssh-ed25519 ${ed25519}\n`, 'sled1');
    expect(keys).toMatchObject([{ file: 'kh', line: 3, keyType: 'ssh-ed25519' }]);
    expect(keys[0]?.key.toString('base64')).toBe(ed25519);
  });

  it('keeps ports apart, and hands over the key without a port separately', () => {
    const text = `sled1 ssh-ed25519 ${ed25519}\n[sled1]:2200 ecdsa-sha2-nistp256 ${other}`;
    expect(look(text, 'sled1').keys.map((key) => key.line)).toEqual([1]);
    expect(look(text, 'sled1', 2200).keys.map((key) => key.line)).toEqual([2]);
    expect(look(text, 'sled1', 2200).withoutPort.map((key) => key.line)).toEqual([1]);
    expect(look(text, 'sled1', 2201).keys).toEqual([]);
  });

  const SPELLINGS = ['fd00::1', 'FD00::1', 'fd00:0:0:0::1', 'fd00:0000:0000:0000:0000:0000:0000:0001'];

  it.each(SPELLINGS)('finds an IPv6 address that stands there as %s, however it is spelled here', (there) => {
    const files = [
      `${there} ssh-ed25519 ${ed25519}`,
      `[${there}]:2200 ssh-ed25519 ${ed25519}`,
      `other,${there} ssh-ed25519 ${ed25519}`,
    ];
    for (const [index, text] of files.entries()) {
      for (const here of SPELLINGS) {
        const record = look(text, here, index === 1 ? 2200 : 22);
        expect([text, here, record.keys.length]).toEqual([text, here, 1]);
      }
    }
    expect(look(files[0]!, 'fd00::2').keys).toEqual([]);
  });

  it.each(['fd00::1', 'fd00:0000:0000:0000:0000:0000:0000:0001'])(
    'finds the hash of an IPv6 address in its short form and in full: %s',
    (there) => {
      for (const here of SPELLINGS) {
        expect(look(`${hashed(there)} ssh-ed25519 ${ed25519}`, here).keys).toHaveLength(1);
        expect(look(`${hashed(`[${there}]:2200`)} ssh-ed25519 ${ed25519}`, here, 2200).keys).toHaveLength(1);
      }
    },
  );

  it('keeps the interface of a link-local address', () => {
    const text = `fe80::0:1%net0 ssh-ed25519 ${ed25519}`;
    expect(look(text, 'FE80::1%net0').keys).toHaveLength(1);
    expect(look(text, 'fe80::1%net1').keys).toEqual([]);
  });

  it('understands wildcards and negation', () => {
    const text = `sled*.rack?.example,!sled9.rack1.example ssh-ed25519 ${ed25519}`;
    expect(look(text, 'sled12.rack1.example').keys).toHaveLength(1);
    expect(look(text, 'sled9.rack1.example').keys).toEqual([]);
    expect(look(text, 'sled1.rack12.example').keys).toEqual([]);
    expect(look(text, 'sled1xrack1xexample').keys).toEqual([]);
    expect(look(`[sled*]:2200 ssh-ed25519 ${ed25519}`, 'sled1', 2200).keys).toHaveLength(1);
    expect(look(`!sled1 ssh-ed25519 ${ed25519}`, 'sled2').keys).toEqual([]);
  });

  // A backtracking match of it takes a minute and more.
  it('do not block on many wildcards against a long name', () => {
    expect(look(`*a*a*b ssh-ed25519 ${ed25519}`, 'a'.repeat(5000)).keys).toEqual([]);
  });

  it('understands hashed names, with and without a port', () => {
    expect(look(`${hashed('sled1')} ssh-ed25519 ${ed25519}`, 'SLED1').keys).toHaveLength(1);
    expect(look(`${hashed('[fd00::1]:2200')} ssh-ed25519 ${ed25519}`, 'fd00::1', 2200).keys).toHaveLength(1);
    expect(look(`${hashed('sled1')} ssh-ed25519 ${ed25519}`, 'sled2').keys).toEqual([]);
    expect(look(`|2|eA==|eA== ssh-ed25519 ${ed25519}`, 'sled1').keys).toEqual([]);
  });

  it('keeps revoked keys and certificate authorities apart from keys', () => {
    const text = `@revoked * ssh-ed25519 ${ed25519}\n@cert-authority *.example ssh-ed25519 ${ed25519}\n@unheard sled ssh-ed25519 ${ed25519}`;
    expect(
      lookUpRevoked([parseKnownHosts(text, 'kh')], { host: 'x', port: 2200 }).map(({ line }) => line),
    ).toEqual([1, 1]);
    const record = look(text, 'sled.example', 2200);
    expect(record.keys).toEqual([]);
    expect(record.revoked.map((entry) => entry.line)).toContain(1);
    expect(look(text, 'sled.example').authorities.map((entry) => entry.line)).toEqual([2]);
    expect(look(text, 'sled').keys).toEqual([]);
  });

  it('passes over lines that it cannot read, and never throws', () => {
    expect(look('sled1 ssh-ed25519\nsled1\nsled1 ssh-ed25519 ????\n', 'sled1').keys).toEqual([]);
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, host) => {
        look(text, host);
        look(`${text} ssh-ed25519 ${ed25519}`, host, 2200);
      }),
    );
  });

  it('finds any host and port by the name that version 0.1.0 wrote', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9.:%-]{0,30}$/);
    fc.assert(
      fc.property(name, fc.integer({ min: 1, max: 65_535 }), (host, port) => {
        const line = `${knownHostsName({ host, port })} ssh-ed25519 ${ed25519}`;
        expect(look(line, host, port).keys).toHaveLength(1);
      }),
    );
  });
});

describe('names and fingerprints', () => {
  it('puts a port other than 22 behind brackets', () => {
    expect(knownHostsName({ host: 'FD00::1', port: 22 })).toBe('fd00::1');
    expect(knownHostsName({ host: 'fd00::1', port: 2200 })).toBe('[fd00::1]:2200');
  });

  it('prints the fingerprint that OpenSSH prints', () => {
    // https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/githubs-ssh-key-fingerprints
    expect(fingerprint(Buffer.from(ed25519, 'base64'))).toBe(
      'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { readListenAddress, urlOf } from '../../src/serve/listen-address.ts';

describe('the address that is listened to', () => {
  it.each([
    ['127.0.0.1:8080', 'http://127.0.0.1:8080/'],
    ['127.1.2.3:0', 'http://127.1.2.3:0/'],
    ['localhost:9000', 'http://127.0.0.1:9000/'],
    ['[::1]:8080', 'http://[::1]:8080/'],
    ['9000', 'http://127.0.0.1:9000/'],
  ])('is one of this machine: %s', (text, url) => {
    expect(urlOf(readListenAddress(text))).toBe(url);
  });

  it.each([
    '0.0.0.0:8080',
    '[::]:8080',
    '192.168.1.4:80',
    'racks.example:8080',
    '128.0.0.1:1',
    '127.0.0.1.evil.example:1',
    ':8080',
  ])('is refused where others can reach it, with the way for others: %s', (text) => {
    expect(() => readListenAddress(text)).toThrow(/has no login.*ssh -L \d+:127\.0\.0\.1:\d+/);
  });

  it.each(['', 'x', '127.0.0.1', '127.0.0.1:99999', '127.0.0.1:8080:1', '::1:80', '127.0.0.1:-1'])(
    'is refused where it is none: %j',
    (text) => {
      expect(() => readListenAddress(text)).toThrow(/write an address of this machine and a port/);
    },
  );
});

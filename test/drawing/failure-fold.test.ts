import { describe, expect, it } from 'vitest';
import { foldFailures } from '../../src/drawing/failure-fold.ts';
import { FleetError } from '../../src/model/error.ts';
import type { FailedOutcome } from '../../src/model/report.ts';
import { makeSled } from '../support/sleds.ts';

let cubby = 0;

/** A sled at an address whose error says `text`, with `@@` for the address. */
function failed(address: string, text = '@@ refused the connection', cause?: string): FailedOutcome {
  const written = (words: string) => words.replaceAll('@@', address);
  const options = cause === undefined ? {} : { cause: new Error(written(cause)) };
  const error = new FleetError('refused', written(text), options);
  return { status: 'failed', sled: makeSled(cubby++ % 32), elapsedMs: 1, stage: 'connect', error, address };
}

function folded(...failures: readonly FailedOutcome[]): readonly string[] {
  return foldFailures(failures).map(({ outcomes, reason }) => `${outcomes.length}: ${reason}`);
}

describe('failures', () => {
  it('of one reason but for the address are one', () => {
    expect(folded(failed('10.0.0.1:22'), failed('10.0.0.2:22'))).toEqual([
      '2: connect, refused: its address refused the connection',
    ]);
  });

  it('of one sled keep their address', () => {
    expect(folded(failed('10.0.0.1:22'))).toEqual([
      '1: connect, refused: 10.0.0.1:22 refused the connection',
    ]);
  });

  it('at another port are another reason, and say it', () => {
    const all = ['10.0.0.1:22', '10.0.0.2:22', '10.0.0.3:2222', '10.0.0.4:2222'].map((each) => failed(each));
    expect(folded(...all)).toEqual([
      '2: connect, refused: its address refused the connection',
      '2: connect, refused: port 2222 of its address refused the connection',
    ]);
  });

  it('at ports of one host are one: its sleds have ports in place of addresses', () => {
    expect(folded(failed('127.0.0.1:4001'), failed('127.0.0.1:4002'))).toEqual([
      '2: connect, refused: its address refused the connection',
    ]);
  });

  it('at a name, an IPv4 and an IPv6 address are three reasons', () => {
    expect(folded(failed('sled1.example:22'), failed('10.0.0.1:22'), failed('[fd00::1]:22'))).toHaveLength(3);
  });

  it('know an IPv6 address as the system writes it', () => {
    const text = 'cannot connect';
    const at = (address: string, bare: string) => failed(address, text, `connect EHOSTUNREACH ${bare}`);
    expect(folded(at('[fd00::1]:22', 'fd00::1:22'), at('[fd00::2]:22', 'fd00::2:22'))).toEqual([
      '2: connect, refused: cannot connect: connect EHOSTUNREACH its address',
    ]);
  });

  it('leave an address alone that only begins or ends as the one of the sled', () => {
    const at = (address: string) => failed(address, 'asked 10.0.0.1:2201 and 110.0.0.1:22 for @@');
    expect(folded(at('10.0.0.1:22'), at('10.0.0.2:22'))).toEqual([
      '2: connect, refused: asked 10.0.0.1:2201 and 110.0.0.1:22 for its address',
    ]);
  });

  it('never call a gateway the address of a sled', () => {
    const through = 'gateway 10.0.0.1:22 cannot connect to @@';
    expect(folded(failed('10.0.0.1:22', through), failed('10.0.0.2:22', through))).toEqual([
      '2: connect, refused: gateway 10.0.0.1:22 cannot connect to its address',
    ]);
  });

  it('that do not say their address are one, whatever it is', () => {
    const text = 'gateway switch0:22 cannot be used';
    const all = ['10.0.0.1:22', '[fd00::1]:2222', 'sled:22'].map((address) => failed(address, text));
    expect(folded(...all)).toEqual([`3: connect, refused: ${text}`]);
  });
});

import { InvalidArgumentError } from 'commander';
import { FleetError } from '../../model/error.ts';
import { FAULTS, isFaultName, type FaultName } from '../../simulator/fault.ts';
import type { SlowPart } from '../../simulator/slow-parts.ts';

/** More IOs a second of each disk than that are not played in time. */
const MOST_IO_RATE = 1000;
const MOST_TIMES = 1000;

/** `3/17`, `3/17=silent` or `3/1-31=silent`: sleds and what is wrong with them. */
export function readDown(text: string): readonly (readonly [string, FaultName])[] {
  const [sleds = '', fault = 'refused', ...more] = text.split('=');
  if (more.length > 0)
    throw new FleetError('usage', `--down ${text}: give a sled and a fault, such as 3/18=silent`);
  if (!isFaultName(fault)) {
    const names = Object.keys(FAULTS).join(', ');
    throw new FleetError('usage', `--down: there is no fault '${fault}'; the faults are ${names}`);
  }
  return sledsOf('--down', sleds).map((sled) => [sled, fault] as const);
}

/** `3/9=4x`, `3/1-3=2x`, `3/9:643=4x` or `3/9:643:1=16x`: a sled, a process of it or one of its downstairs. */
export function readSlow(text: string): readonly SlowPart[] {
  const found = /^([^=:]+)(?::(\d{1,9})(?::([0-2]))?)?=(\d{1,4}(?:\.\d+)?)x?$/.exec(text);
  const [, sleds = '', pid, client, times] = found ?? [];
  if (found === null || Number(times) < 1 || Number(times) > MOST_TIMES) {
    throw new FleetError(
      'usage',
      `--slow ${text}: give a sled, SLED:PID, or SLED:PID:CLIENT with a client from 0 to 2, and how many times as ` +
        `slow, 1 to ${MOST_TIMES}: 3/9=4x, 3/9:643=4x, 3/9:643:1=16x`,
    );
  }
  return sledsOf('--slow', sleds).map((sled) => ({
    sled,
    pid: pid === undefined ? null : Number(pid),
    client: client === undefined ? null : Number(client),
    times: Number(times),
  }));
}

/** `3/4=3/9`: two sleds. */
export function readSwap(text: string): readonly [string, string] {
  const [sled, other, ...more] = text.split('=');
  if (sled !== undefined && other !== undefined && more.length === 0) return [sled, other];
  throw new FleetError('usage', `--swap ${text}: allowed are two sleds, such as 3/4=3/9`);
}

export function ioRateValue(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) > MOST_IO_RATE)
    throw new InvalidArgumentError(`give IOs a second of each disk, 0 to ${MOST_IO_RATE}.`);
  return Number(text);
}

/** The sleds of `3/1-31`; anything else is one sled's name. */
function sledsOf(option: string, text: string): readonly string[] {
  const [, rack, from, to] = /^(.+)\/(\d{1,4})-(\d{1,4})$/.exec(text) ?? [];
  if (rack === undefined) return [text];
  const [first, last] = [Number(from), Number(to)];
  if (first > last) throw new FleetError('usage', `${option} ${text}: the range ends before it begins`);
  return Array.from({ length: last - first + 1 }, (_, index) => `${rack}/${first + index}`);
}

import { isIP } from 'node:net';
import { isSledWord, MAX_CUBBY } from '../inventory/words.ts';

/** An address, and what it leads to: only a `sled`'s is one to log in to. */
export interface SeenAddress {
  readonly text: string;
  readonly of: 'sled' | 'bootstrap' | 'service processor';
}

/** What a source says of one sled; null where it does not say it. */
export interface SeenSled {
  readonly serial: string | null;
  readonly cubby: number | null;
  readonly address: SeenAddress | null;
  /** By what it is logged in to, where that is a name that stands for the address. */
  readonly hostName: string | null;
  readonly name: string | null;
  /** The id of its rack in the control plane. */
  readonly rackUuid: string | null;
  /** The id of its rack in the inventory. */
  readonly rack: string | null;
  readonly part: string | null;
  readonly isScrimlet: boolean;
  /** What the control plane says of it: `in_service`, or that it was taken out. */
  readonly policy: 'in_service' | 'expunged' | null;
}

export const NOTHING_SEEN: SeenSled = {
  serial: null,
  cubby: null,
  address: null,
  hostName: null,
  name: null,
  rackUuid: null,
  rack: null,
  part: null,
  isScrimlet: false,
  policy: null,
};

/** What was read of one source. */
export interface SourceReading {
  readonly sleds: readonly SeenSled[];
  /** Sleds that cannot be used, and why. */
  readonly leftOut: readonly string[];
  /** Why it may not be the whole of what the program knows: cut lines, a limit, a further page. */
  readonly doubts: readonly string[];
}

/** A serial that the inventory may hold, its part number taken off; null for any other text. */
export function serialOf(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  const serial = text.trim().replace(/^\d{3}-\d{7}:/, '');
  return serial.toLowerCase() === 'unknown' || !isSledWord(serial) ? null : serial;
}

/** The part number of `913-0000019:BRM42220036`, or a part number alone. */
export function partOf(text: unknown): string | null {
  return typeof text === 'string' ? (/^\d{3}-\d{7}(?=:|$)/.exec(text.trim())?.[0] ?? null) : null;
}

/** A cubby from 0 to 31; null for anything else. */
export function cubbyOf(value: unknown): number | null {
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\d{1,2}$/.test(value)
        ? Number(value)
        : -1;
  return Number.isInteger(number) && number >= 0 && number <= MAX_CUBBY ? number : null;
}

/** `[addr]:12345`, `[addr]` or `addr` as the address alone; null for anything else. */
export function addressOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value.trim();
  const inner =
    /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^(\d[\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
  return isIP(inner) === 0 ? null : inner;
}

export function uuidOf(value: unknown): string | null {
  return typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

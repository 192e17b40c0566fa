import type { JsonValue } from '../parse/json-lines.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A UUID in lower case; null for any other text, such as one that was cut. */
export function uuidIn(value: JsonValue | undefined): string | null {
  const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
  return UUID.test(text) ? text : null;
}

/** A text that says something: `-`, `NULL` and nothing are what omdb prints where there is none. */
export function textIn(value: JsonValue | undefined): string | null {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' || text === '-' || text === 'NULL' || /^<.*>$/.test(text) ? null : text;
}

/** A whole number that is not negative, as a number or in digits. */
export function countIn(value: JsonValue | undefined): number | null {
  const number = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value.trim()) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

/** Bytes of `10 GiB`, which omdb prints in the largest unit that is exact. */
export function bytesIn(text: string | undefined): number | null {
  const [, number, unit = ''] = /^(\d+) (\w+)$/.exec((text ?? '').trim()) ?? [];
  const factor = UNITS[unit];
  return number === undefined || factor === undefined ? null : Number(number) * factor;
}

/** `[fd00:…]:19004` as a host and a port. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Address and port of `[address]:port`; null for any other text. */
export function endpointIn(value: JsonValue | undefined): Endpoint | null {
  const [, host, port] =
    /^\[([0-9a-f:]+)\]:(\d{1,5})$/i.exec(typeof value === 'string' ? value.trim() : '') ?? [];
  const plain = host === undefined ? null : plainAddress(host);
  return plain === null || port === undefined ? null : { host: plain, port: Number(port) };
}

/** As `[address]:port`, written in one way. */
export function endpointText({ host, port }: Endpoint): string {
  return `[${host}]:${port}`;
}

/** An IPv6 address written in one way, so that two spellings of it are equal; null where it is none. */
export function plainAddress(text: string): string | null {
  try {
    return new URL(`http://[${text}]/`).hostname.slice(1, -1);
  } catch {
    return null;
  }
}

/** The first 64 bits of an address, which all zones of a sled share. */
export function networkOf(address: string): string | null {
  const plain = plainAddress(address);
  if (plain === null) return null;
  const [head = '', tail] = plain.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  return [...first, ...Array.from({ length: zeros }, () => '0'), ...last].slice(0, 4).join(':');
}

/** The id in `oxp_<id>`, the name of a pool. */
export function poolIdIn(name: string): string | null {
  return name.startsWith('oxp_') ? uuidIn(name.slice('oxp_'.length)) : null;
}

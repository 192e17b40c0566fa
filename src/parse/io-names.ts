import type { Cell, Row } from '../model/column.ts';
import { numberedKeys } from './aggregation-keys.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A type of IO in one spelling: probes of volumes say `writeunwritten`, those of the guest `write-unwritten`. */
export function ioType(text: string): string {
  const type = text.toLowerCase().replaceAll('_', '-');
  return type === 'writeunwritten' ? 'write-unwritten' : type;
}

/** The type of IO and whether it started or was done, of a probe's name; null where the name says neither. */
export function readProbeName(
  text: string,
): { readonly type: string; readonly phase: 'start' | 'done' } | null {
  const match =
    /^(?:(?:gw|volume|reqwest|submit|os|up-to-ds|ds)-)?([a-z][a-z_-]{0,40})[-_](start|done|end)$/.exec(text);
  if (match?.[1] === undefined) return null;
  return { type: ioType(match[1]), phase: match[2] === 'start' ? 'start' : 'done' };
}

/**
 * Names for the keys of the scripts that are run by hand: `volume` for a UUID, `pid` for the number before a type,
 * `client` for the one after `… for downstairs client`, `type` for the rest. Keys of another shape are numbered.
 */
export function nameIoKeys(keys: readonly Cell[]): Row {
  const [first, second] = keys;
  const client = typeof first === 'string' ? / for downstairs client$/.exec(first) : null;
  if (keys.length === 2 && typeof first === 'string' && client !== null && typeof second === 'number') {
    return { type: ioType(first.slice(0, client.index)), client: second };
  }
  if (keys.length === 2 && typeof first === 'string' && typeof second === 'string' && UUID.test(first)) {
    return { volume: first, type: typeOf(second) };
  }
  if (keys.length === 2 && typeof first === 'number' && typeof second === 'string') {
    return { pid: first, type: typeOf(second) };
  }
  if (keys.length === 1 && typeof first === 'string') return { type: typeOf(first) };
  return numberedKeys(keys);
}

/** Of a probe's name its type of IO; of `reqwest-read` and of another label the label. */
function typeOf(text: string): string {
  return readProbeName(text)?.type ?? ioType(text.replace(/^reqwest-/, ''));
}

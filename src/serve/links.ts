import { createHash } from 'node:crypto';
import type { Sled } from '../model/sled.ts';

/** The page of a sled. */
export function sledPath({ rack, id }: Pick<Sled, 'rack' | 'id'>): string {
  const name = id.startsWith(`${rack}/`) ? id.slice(rack.length + 1) : id;
  return `/sled/${encodeURIComponent(rack)}/${encodeURIComponent(name)}`;
}

/** The page of a session. */
export function sessionPath(session: { readonly key: string }): string {
  return `/session/${sessionToken(session)}`;
}

/** What names a session in an address: zones may be any text, and a session need not have an id. */
export function sessionToken({ key }: { readonly key: string }): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

/** The page of the history, with what is chosen there. */
export function historyPath(chosen: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(Object.entries(chosen).filter(([, value]) => value !== ''));
  return query.size === 0 ? '/history' : `/history?${query.toString()}`;
}

import { expandPath } from '../yaml/file-path.ts';
import type { Given, Key, Settled } from './key.ts';

/** The value in force of every key. */
export interface Values {
  readonly settled: (key: Key) => Settled;
  readonly one: <T>(key: Key<T>) => T;
  readonly list: <T>(key: Key<T>) => readonly T[];
  /** A path that a key holds, absolute: it starts from where the key was given. */
  readonly expand: (key: Key, file: string) => string;
}

export interface ValuesContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  /** Absolute. */
  readonly home: string;
  readonly hostName: string;
}

/** Settles each key on the first of what is given for it, nearest first, or on its default. */
export function settleValues(given: readonly Given[], context: ValuesContext): Values {
  const first = new Map<Key, Settled>();
  for (const each of given) if (!first.has(each.key)) first.set(each.key, each);

  const settled = (key: Key): Settled => {
    const found = first.get(key);
    if (found !== undefined) return found;
    const { texts, origin } = key.fallback({ env: context.env, hostName: context.hostName, settled });
    return { texts, source: 'default', origin: origin ?? 'default', baseDir: context.cwd };
  };
  return {
    settled,
    one: (key) => parsed(key, settled(key).texts[0] ?? ''),
    list: (key) => settled(key).texts.map((text) => parsed(key, text)),
    expand: (key, file) => expandPath(file, { home: context.home, baseDir: settled(key).baseDir }),
  };
}

/** What was given was held against its type already, and a default has to fit. */
function parsed<T>(key: Key<T>, text: string): T {
  const value = key.type.parse(text);
  if (value === undefined) throw new Error(`the default of ${key.name} does not fit it`);
  return value;
}

/** The absolute path that a key holds, or null where it holds none. */
export function pathOf(values: Values, key: Key<string | null>): string | null {
  const file = values.one(key);
  return file === null ? null : values.expand(key, file);
}

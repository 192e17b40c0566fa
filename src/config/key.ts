import type { z } from 'zod';

/** One thing that can be set: in a file, by an option, by an environment variable or not at all. */
export interface Key<T = unknown> {
  /** The way to it from `check:`, with dots: `rules.degraded.severity`. */
  readonly name: string;
  /** Of one text, or of each text of a list. Its messages say what is allowed, and nothing else. */
  readonly schema: z.ZodType<T>;
  /** A duration is in milliseconds. A `url` may hold a password, and so one that does not fit is not told. */
  readonly kind: 'text' | 'duration' | 'path' | 'url';
  readonly isList: boolean;
  /** The environment variable that holds it where nothing nearer does. */
  readonly variable: string | null;
  /** What holds where it is given nowhere, as it would be written. */
  readonly fallback: (context: FallbackContext) => Fallback;
  /** One line for people. */
  readonly help: string;
}

export interface Fallback {
  readonly texts: readonly string[];
  /** Null is `default`. */
  readonly origin: string | null;
}

/** What a default may depend on. */
export interface FallbackContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hostName: string;
  readonly settled: (key: Key) => Settled;
}

/** Where values come from, nearest first. */
export const SOURCES = ['command line', 'file', 'inventory', 'environment', 'default'] as const;

export type Source = (typeof SOURCES)[number];

/** What is in force for one key, as it was written. */
export interface Settled {
  readonly texts: readonly string[];
  readonly source: Source;
  /** In words: `--repeat`, `/etc/cruc-fleet.yaml:12:3`, `$CRUC_FLEET_SMTP_USER`, `default`. */
  readonly origin: string;
  /** The folder that a relative path starts from. */
  readonly baseDir: string;
}

/** A value that was given for a key, and fits. */
export interface Given extends Settled {
  readonly key: Key;
}

/** A key of one text, or of a list of texts where its default is a list. */
export function key<T>(
  name: string,
  schema: z.ZodType<T>,
  fallback: string | readonly string[] | Key['fallback'],
  help: string,
  rest: Partial<Pick<Key<T>, 'kind' | 'variable'>> = {},
): Key<T> {
  const texts = typeof fallback === 'string' ? [fallback] : fallback;
  return {
    name,
    schema,
    kind: 'text',
    isList: Array.isArray(fallback),
    variable: null,
    fallback: typeof texts === 'function' ? texts : () => ({ texts, origin: null }),
    help,
    ...rest,
  };
}

import type { ValueType } from './value-types.ts';

/** One thing that can be set: in a file, by an option, by an environment variable or not at all. */
export interface Key<T = unknown, Part extends string = string, List extends boolean = boolean> {
  /** The way to it from `check:`, with dots: `rules.degraded.severity`. */
  readonly name: string;
  /** Of its text, or of each text of a list. */
  readonly type: ValueType<T>;
  readonly isList: List;
  /** What holds where it is given nowhere, as it would be written. */
  readonly fallback: (context: FallbackContext) => Fallback;
  /** One line for people. */
  readonly help: string;
  /** Where its value goes. */
  readonly part: Part;
  /** The environment variable that holds it where nothing nearer does. */
  readonly variable: string | null;
  /** The option of `check` that sets it; null where only `--set` does. */
  readonly option: KeyOption | null;
  /** Its value may be given in place of its group: `textfile: PATH` for `textfile: { path: PATH }`. */
  readonly speaksForGroup: boolean;
}

/** An option that sets a key. */
export interface KeyOption {
  readonly flags: string;
  readonly help: string;
  readonly group: 'memory' | 'history' | 'rules' | 'outlets';
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

interface Declaration<T, Part extends string> extends Pick<Key<T, Part>, 'type' | 'part' | 'help'> {
  readonly default: string | Key['fallback'];
  readonly variable?: string;
  readonly option?: KeyOption;
  readonly speaksForGroup?: true;
}

/** A key of one text. */
export function key<T, const Part extends string>(
  name: string,
  declaration: Declaration<T, Part>,
): Key<T, Part, false> {
  const { default: value, ...rest } = declaration;
  const fallback = typeof value === 'string' ? () => ({ texts: [value], origin: null }) : value;
  return { ...OPTIONAL, ...rest, name, fallback, isList: false };
}

/** A key of a list of texts, which is empty where nobody gives one. */
export function listKey<T, const Part extends string>(
  name: string,
  declaration: Omit<Declaration<T, Part>, 'default'>,
): Key<T, Part, true> {
  const fallback = () => ({ texts: [], origin: null });
  return { ...OPTIONAL, ...declaration, name, fallback, isList: true };
}

const OPTIONAL = { variable: null, option: null, speaksForGroup: false } as const;

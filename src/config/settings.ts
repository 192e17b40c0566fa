import type { Key } from './key.ts';
import { KEYS } from './keys.ts';
import type { Values } from './values.ts';

type Keys = typeof KEYS;

/** The values of the keys of one part, by their names in `KEYS`: paths absolute, durations in milliseconds. */
export type Settings<Part extends string> = {
  readonly [N in keyof Keys as Keys[N]['part'] extends Part ? N : never]: Keys[N] extends Key<
    infer T,
    Part,
    infer List
  >
    ? List extends true
      ? readonly T[]
      : T
    : never;
};

/** Reads them. */
export function settingsOf<Part extends string>(values: Values, part: Part): Settings<Part> {
  const made = Object.entries<Key>(KEYS)
    .filter(([, key]) => key.part === part)
    .map(([name, key]) => [name, valueOf(values, key)] as const);
  const settings: Readonly<Record<string, unknown>> = Object.fromEntries(made);
  if (!isOfPart(settings, part)) throw new Error(`the settings of ${part} lack one`);
  return settings;
}

function valueOf(values: Values, key: Key): unknown {
  if (key.isList) return values.list(key);
  const value = values.one(key);
  return key.type.kind === 'path' && typeof value === 'string' ? values.expand(key, value) : value;
}

function isOfPart<Part extends string>(
  settings: Readonly<Record<string, unknown>>,
  part: Part,
): settings is Settings<Part> {
  return Object.entries<Key>(KEYS).every(([name, key]) => key.part !== part || Object.hasOwn(settings, name));
}

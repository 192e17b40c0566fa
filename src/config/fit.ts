import { nearest } from '../yaml/nearest.ts';
import { shown } from '../yaml/yaml-reader.ts';
import type { Key } from './key.ts';
import { ALL_KEYS, SHORTHANDS } from './all-keys.ts';

/** What was found, in a message. */
export function foundText(text: string, show = shown): string {
  return `found ${text === '' ? 'nothing' : show(text)}`;
}

/** How a text for a key is told in a message. What does not fit as a URL may be one with a password in it, in whatever shape. */
export function showFor({ type }: Key): (text: string) => string {
  if (type.kind === 'secret_url') return () => 'what may be a secret (not shown)';
  if (type.kind !== 'url') return shown;
  return (text) =>
    /^([a-z]+:\/\/)?[\w.-]+$/i.test(text) ? shown(text) : 'what may hold a password (not shown)';
}

/** Why a text does not fit a key: `found 5 h, allowed is a duration…`; null where it fits. */
export function misfit(key: Key, text: string): string | null {
  const { parse, allowed } = key.type;
  return parse(text) === undefined ? `${foundText(text, showFor(key))}, allowed is ${allowed}` : null;
}

/** What to say of the name of a key that does not exist. */
export function unknownKey(name: string): string {
  const [near] = nearest(name, [...ALL_KEYS.map((key) => key.name), ...SHORTHANDS.keys()]);
  const hint = near === undefined ? '' : `did you mean ${near}? `;
  return `found an unknown key, ${hint}allowed is one of those that cruc-fleet check --print-config shows`;
}

import { foundText, misfit, unknownKey } from './fit.ts';
import type { Given, Key } from './key.ts';
import { keyNamed, SHORTHANDS } from './all-keys.ts';
import type { ConfigProblem } from './config-problem.ts';

/** A value as an option gives it. */
export interface CommandLineValue {
  /** The name of a key, or of a group that may be said in one word. */
  readonly key: string;
  /** Several only for a list. */
  readonly texts: readonly string[];
  /** As it was written, without its value: `--mail-to`. */
  readonly option: string;
}

/** The value of `--set KEY=VALUE`; the parts of a list stand between commas. What is wrong with it shows later. */
export function settingOf(text: string): CommandLineValue {
  // No more than the word in front: what follows may be a password that was meant to have a `=` before it.
  const name = /^[\w.-]*/.exec(text)?.[0] ?? '';
  const rest = text.slice(name.length);
  const value = rest.startsWith('=') ? rest.slice(1) : '';
  const isList = keyNamed(name)?.isList === true;
  return {
    key: name,
    texts: isList ? splitOutsideQuotes(value) : [value],
    option: name === '' ? '--set' : `--set ${name}`,
  };
}

/** The value of `--for TIME`, for all rules, or of `--for RULE=TIME`. */
export function forSetting(text: string): CommandLineValue {
  const match = /^([\w-]+)=(.*)$/s.exec(text);
  if (match === null) return { key: 'for', texts: [text], option: '--for' };
  const [, rule = '', time = ''] = match;
  return { key: `rules.${rule}.for`, texts: [time], option: `--for ${rule}` };
}

/** What the options give. Of several values for one key the last that fits holds; those of a list add up. */
export function readCommandLine(
  values: readonly CommandLineValue[],
  cwd: string,
): { readonly given: readonly Given[]; readonly problems: readonly ConfigProblem[] } {
  const given = new Map<Key, Given>();
  const problems: ConfigProblem[] = [];
  for (const { key: name, texts, option } of values) {
    const say = (text: string): void => {
      problems.push({ line: `${option}: ${text}`, from: 'command line' });
    };
    const key = keyMeant(name, texts[0] ?? '', say);
    if (key === null) continue;
    const fitting = (texts.length === 0 ? [''] : texts).filter((text) => {
      const wrong = misfit(key, text);
      if (wrong !== null) say(wrong);
      return wrong === null;
    });
    const before = key.isList ? (given.get(key)?.texts ?? []) : [];
    const held = key.isList ? [...before, ...fitting] : fitting.slice(-1);
    if (fitting.length > 0) {
      given.set(key, { key, texts: held, source: 'command line', origin: option, baseDir: cwd });
    }
  }
  return { given: [...given.values()], problems };
}

function keyMeant(name: string, text: string, say: (text: string) => void): Key | null {
  const shorthand = SHORTHANDS.get(name);
  const key = shorthand === undefined ? keyNamed(name) : shorthand.keyOf(text);
  if (key !== undefined && key !== null) return key;
  say(shorthand === undefined ? unknownKey(name) : `${foundText(text)}, allowed is ${shorthand.allowed}`);
  return null;
}

/** Quotes keep their commas: `"Ada, the admin" <ada@example.com>`. */
function splitOutsideQuotes(text: string): readonly string[] {
  return text.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).map((part) => part.trim());
}

import { problemLines, type Problem } from '../yaml/problem.ts';
import type { Section } from '../yaml/section.ts';
import {
  isText,
  read,
  readKnown,
  readList,
  report,
  textOf,
  type Reader,
  type Value,
} from '../yaml/yaml-reader.ts';
import { text } from '../yaml/text-schema.ts';
import { foundText, showFor } from './fit.ts';
import type { Given, Key, Source } from './key.ts';
import { ALL_KEYS, keyNamed, SHORTHANDS } from './all-keys.ts';
import type { ConfigProblem } from './config-problem.ts';

/** What a section `check:` gives. What does not fit is left out, and `problems` says so with its place. */
export function readSection(
  section: Section,
  source: Source,
): { readonly given: readonly Given[]; readonly problems: readonly ConfigProblem[] } {
  const problems: Problem[] = [];
  const reader: Reader = { ...section.reader, problems };
  const given = readGroup({ reader, section, source }, section.value, '');
  const lines = problemLines(section.file, reader.lineAndColumn, problems);
  return { given, problems: lines.map((line) => ({ line, from: 'file' })) };
}

interface Reading {
  readonly reader: Reader;
  readonly section: Section;
  readonly source: Source;
}

/** The keys under a group (`mail`, `rules.degraded`; empty for all), or what stands for it in one word. */
function readGroup(reading: Reading, value: Value, group: string): readonly Given[] {
  const { reader } = reading;
  const shorthand = SHORTHANDS.get(group);
  if (shorthand !== undefined && isText(value)) {
    const word = textOf(value);
    const key = shorthand.keyOf(word);
    if (key !== null) return readKey(reading, value, key);
    report(reader, value.place, `${foundText(word)}, allowed is ${shorthand.allowed}`);
    return [];
  }
  const known = wordsUnder(group);
  const values = readKnown(reader, value, known, `keys and values: ${known.join(', ')}`);
  return [...(values ?? [])].flatMap(([word, inner]) => {
    const name = group === '' ? word : `${group}.${word}`;
    const key = keyNamed(name);
    return key === undefined ? readGroup(reading, inner, name) : readKey(reading, inner, key);
  });
}

/** Of a list, the texts that fit are taken: a mistyped address must not keep the mails from the others. */
function readKey({ reader, section, source }: Reading, value: Value, key: Key): readonly Given[] {
  const items = key.isList && !isText(value) ? readList(reader, value, 'a list') : [value];
  const schema = text(key.type.allowed, key.type.parse);
  const fitting = (items ?? []).filter((item) => read(reader, item, schema, showFor(key)) !== undefined);
  if (items === null || (fitting.length === 0 && items.length > 0)) return [];
  const origin = `${section.file}:${reader.lineAndColumn(value.place.offset)}`;
  return [{ key, texts: fitting.map(textOf), source, origin, baseDir: section.baseDir }];
}

/** `severity`, `for` and so on for `rules.degraded`: what may follow a group's name and a dot. */
function wordsUnder(group: string): readonly string[] {
  const prefix = group === '' ? '' : `${group}.`;
  const names = ALL_KEYS.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => name);
  return [...new Set(names.map((name) => name.slice(prefix.length).split('.')[0] ?? ''))];
}

import { FACT_SOURCE_NAMES, FACT_SOURCES, type FactSourceName } from './sources/index.ts';
import type { FactReading } from './source.ts';
import { otherTables } from './other-tables.ts';
import { closedJson } from '../parse/closed-json.ts';
import { wrappedKind } from '../parse/wrapped-heading.ts';

/** A text as facts, or why it is none, in a sentence without the text's own words. */
export type TextRead = ({ readonly kind: FactSourceName } & FactReading) | { readonly wrong: string };

/** A field of JSON, also of JSON within a text of JSON, that holds a key. */
const SECRET = /\\*"(?:key|key_pem)\\*"\s*:\s*\\*"/;

/** Whether a text holds the key of a disk or of a certificate. */
export function holdsSecret(text: string): boolean {
  return SECRET.test(text);
}

/** Reads a text of the kind that its headings or keys show, or that was given. Of a text with a key nothing is quoted. */
export function readFactText(text: string, given: FactSourceName | null): TextRead {
  const kinds = FACT_SOURCE_NAMES.filter((name) => FACT_SOURCES[name].recognises(text));
  const [first] = kinds;
  if (first === undefined) return { wrong: withoutKind(text) };
  if (given !== null && !kinds.includes(given))
    return {
      wrong: `not ${given}, which has ${FACT_SOURCES[given].looks}: it looks like ${kinds.join(' or ')}`,
    };
  if (given === null && kinds.length > 1)
    return { wrong: `${kinds.join(' and ')} in one: give each a file of its own, or say which with --from` };
  const kind = given ?? first;
  const { facts, issues } = FACT_SOURCES[kind].read(text);
  const said =
    holdsSecret(text) && kind !== 'vcr' && issues.length > 0 ? ['parts of it could not be read'] : issues;
  return { kind, facts, issues: facts.length === 0 ? [...said, 'it holds no facts'] : said };
}

function withoutKind(text: string): string {
  if (text.trim() === '') return 'empty';
  const near = otherTables(text) ?? partOfKind(text);
  const more = near === null ? `; the kinds are ${FACT_SOURCE_NAMES.join(', ')}` : `: it looks like ${near}`;
  return `of no kind that tells of places${more}`;
}

/** Which kind a text would be if it were whole, or on lines of its own; null where that cannot be seen. */
function partOfKind(text: string): string | null {
  const recognises = (name: FactSourceName, part: string) => FACT_SOURCES[name].recognises(part);
  const wrapped = wrappedKind(text, FACT_SOURCE_NAMES, recognises);
  if (wrapped !== null) return `${wrapped}, whose lines a terminal wrapped: write it to a file`;
  const json = closedJson(text);
  if (json === null) return null;
  const kinds = FACT_SOURCE_NAMES.filter((name) => recognises(name, json));
  return `${kinds.length === 0 ? 'JSON' : kinds.join(' or ')} that was cut: its end is missing`;
}

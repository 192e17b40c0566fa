import { FACT_SOURCE_NAMES, FACT_SOURCES, type FactSourceName } from './sources/index.ts';
import type { FactReading } from './source.ts';
import { otherTables } from './other-tables.ts';

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
  const other = otherTables(text);
  const more =
    other === null ? `; the kinds are ${FACT_SOURCE_NAMES.join(', ')}` : `: it looks like ${other}`;
  return `of no kind that tells of places${more}`;
}

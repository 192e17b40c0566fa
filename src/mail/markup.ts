import { printable } from '../model/printable.ts';

/** HTML that is well-formed: every text in it was escaped by `markup`. */
export interface Markup {
  readonly source: string;
}

type Value = string | number | Markup | readonly Markup[];

/**
 * A tagged template of HTML. A value that is text becomes text and nothing else, in an element or in a quoted
 * attribute, without control characters: nothing from a sled can be a tag. Values that are many stand a line each.
 */
export function markup(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return {
    source: parts.reduce((done, part, index) => done + sourceOf(values[index - 1] ?? '') + part),
  };
}

function sourceOf(value: Value): string {
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return 'source' in value ? value.source : value.map((each) => each.source).join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  // Half a character (\p{Cs}) is none in any encoding.
  return printable(text)
    .replaceAll(/\p{Cs}/gu, '?')
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

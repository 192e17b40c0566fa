/** Control characters, those that turn the direction of writing, and those that are invisible. */
const UNPRINTABLE = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/**
 * Text from a sled without such characters, so that it can never drive the reader's terminal or look like what it is
 * not.
 */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, '?');
}

/** How many characters of a text are not shown as they are; a new line and a tab may be. */
export function unprintableIn(text: string): number {
  return text.replaceAll(/[\n\t]/g, '').match(UNPRINTABLE)?.length ?? 0;
}

/**
 * JSON with those characters as escapes, where JSON itself lets them be: a program reads the same, and a terminal is
 * not driven. The same holds of YAML whose texts with such characters are in double quotes.
 */
export function escapedJson(json: string): string {
  return json.replaceAll(UNPRINTABLE, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Such text on one line: what is between words is one blank. */
export function onOneLine(text: string): string {
  return printable(text.trim().replaceAll(/\s+/g, ' '));
}

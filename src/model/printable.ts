/**
 * Text from a sled without control characters and without those that turn the direction of writing, so that it
 * can never drive the reader's terminal or look like what it is not.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '?');
}

/**
 * JSON with those characters as escapes, where JSON itself lets them be: a program reads the same, and a terminal is
 * not driven. The same holds of YAML whose texts with such characters are in double quotes.
 */
export function escapedJson(json: string): string {
  return json.replaceAll(
    /(?!\n)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Such text on one line: what is between words is one blank. */
export function onOneLine(text: string): string {
  return printable(text.trim().replaceAll(/\s+/g, ' '));
}

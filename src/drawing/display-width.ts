import stringWidth from 'string-width';

const PLAIN = /^[ -~]*$/;

/**
 * How many columns of a terminal a text takes: `日` takes two, a combining accent or a color none. It is the measure
 * that cli-table3 lays cells out by, so that the two always agree.
 */
export function displayWidth(text: string): number {
  // Nearly all that a sled says.
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** The text with blanks behind it, up to a width. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** As many characters of the text as a width has room for, from its beginning. */
export function fitting(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let room = width;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    room -= displayWidth(segment);
    if (room < 0) return kept;
    kept += segment;
  }
  return kept;
}

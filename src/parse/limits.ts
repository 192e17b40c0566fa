/** Characters of a line that are read: fifteen times the longest record of Crucible. */
export const LONGEST_LINE = 65_536;

/** Characters of one value: a state that is an object has a tenth of them. */
export const LONGEST_CELL = 1024;

/** Bytes of a zone's name: `ZONENAME_MAX` of illumos, less its end. */
export const LONGEST_ZONE = 63;

/** Rows and headings that are kept of one text: more than 8 MB of a real table hold. */
export const MOST_ROWS = 100_000;

/** Lines of prompts and notes that are kept of one text. */
export const MOST_OTHER_LINES = 1000;

/** A text of at most so many characters; one that is cut ends with `…`. */
export function cutTo(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

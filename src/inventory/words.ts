/** A rack has 32 cubbies, counted from 0. */
export const MAX_CUBBY = 31;

const WORD = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const NUMBERS = /^\d+-\d+$/;
const CUBBY = /^\d{1,2}$/;

/** What `isRackWord` takes, for error messages. */
export const RACK_WORD = 'a number, or letters, digits, ".", "_" and "-", not a range such as 5-7';
/** What `isSledWord` takes, for error messages. */
export const SLED_WORD =
  'letters, digits, ".", "_" and "-", not a number of one or two digits (a cubby) or a range';

/** Fit to be the id or the name of a rack: nothing that `--rack` reads otherwise. */
export function isRackWord(text: string): boolean {
  return WORD.test(text) && text.length <= 64 && !NUMBERS.test(text);
}

/** Fit to be the name or the serial of a sled: nothing that `--sled` reads otherwise. */
export function isSledWord(text: string): boolean {
  return WORD.test(text) && text.length <= 128 && !NUMBERS.test(text) && !CUBBY.test(text);
}

/** One spelling for all spellings of a rack: `3`, `03` and `003`, or `West` and `west`. */
export function sameWord(text: string): string {
  return /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : text.toLowerCase();
}

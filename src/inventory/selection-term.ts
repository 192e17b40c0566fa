import type { Sled } from '../model/sled.ts';
import { parseGlob, parseRange } from './sled-glob.ts';
import type { Rack } from './inventory.ts';
import { CUBBY_TERM } from './selection.ts';
import { MAX_CUBBY } from './words.ts';

/** What a term means: a test, or a sentence on why it means nothing. */
export type Term<T> = { readonly matches: (thing: T) => boolean } | { readonly wrong: string };

const PART_AND_SERIAL = /^[0-9a-z]+(?:-[0-9a-z]+)+:([^:]+)$/i;
const BRACKETS = 'brackets hold numbers and ranges, such as [0-3,7] or [0010-0031]';

/** A term of `--rack`: an id, a range of numbers, a name, a glob or a bracket range. */
export function rackTerm(term: string): Term<Pick<Rack, 'id' | 'name'>> {
  const range = parseRange(term);
  if (range !== null) {
    if (range.low > range.high) return { wrong: `the range ${term} runs backwards` };
    return { matches: ({ id }) => /^\d+$/.test(id) && Number(id) >= range.low && Number(id) <= range.high };
  }
  const glob = parseGlob(term);
  if (glob === null) return { wrong: BRACKETS };
  return {
    matches: ({ id, name }) =>
      glob.matches(id) ||
      glob.matches(id.replace(/^0+(?=\d+$)/, '')) ||
      (name !== null && glob.matches(name)),
  };
}

/**
 * A term of `--sled` and `--exclude`: a cubby or a range of them, a serial (with its part number or without), a name,
 * a glob, a bracket range, or any of them after `rack/`.
 */
export function sledTerm(term: string, rackOf: (sled: Sled) => Pick<Rack, 'id' | 'name'>): Term<Sled> {
  const slash = term.indexOf('/');
  if (slash === -1) return termInRack(term);
  const rack = rackTerm(term.slice(0, slash));
  const inRack = termInRack(term.slice(slash + 1));
  if (slash === 0 || slash === term.length - 1) {
    return { wrong: 'on both sides of the "/" stands something, as in 3/14, 3/BRM42220036 or 3/*' };
  }
  if ('wrong' in rack) return rack;
  if ('wrong' in inRack) return inRack;
  return { matches: (sled) => rack.matches(rackOf(sled)) && inRack.matches(sled) };
}

function termInRack(term: string): Term<Sled> {
  const part = PART_AND_SERIAL.exec(term)?.[1];
  if (part !== undefined) {
    const glob = parseGlob(part);
    return glob === null
      ? { wrong: BRACKETS }
      : { matches: ({ serial }) => serial !== null && glob.matches(serial) };
  }
  const range = CUBBY_TERM.test(term) ? parseRange(term) : null;
  if (range !== null) {
    if (range.low > range.high) return { wrong: `the range ${term} runs backwards` };
    if (range.high > MAX_CUBBY) return { wrong: `cubbies are 0 to ${MAX_CUBBY}` };
    return { matches: ({ cubby }) => cubby !== null && cubby >= range.low && cubby <= range.high };
  }
  const glob = parseGlob(term);
  if (glob === null) return { wrong: BRACKETS };
  return {
    matches: ({ cubby, serial, name }) =>
      glob.matches(name) ||
      (serial !== null && glob.matches(serial)) ||
      (glob.numeric && cubby !== null && cubbyTexts(cubby).some((text) => glob.matches(text))),
  };
}

/** `[0-3]` and `[00-03]` are the same cubbies. */
function cubbyTexts(cubby: number): readonly string[] {
  return [String(cubby), String(cubby).padStart(2, '0')];
}

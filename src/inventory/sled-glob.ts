import { matchesParts, wildcards, type GlobPart } from '../model/glob.ts';

/** A term with `*`, `?` and `[0010-0031,40]`, ready to be held against names of any case. */
export interface Glob {
  readonly matches: (text: string) => boolean;
  /** It holds nothing but digits and brackets, so that it can stand for cubbies. */
  readonly numeric: boolean;
}

const BRACKET_PART = /^(\d{1,9})(?:-(\d{1,9}))?$/;
const MOST_NUMBERS = 10_000;

/** Reads a term; null where a bracket holds something else than numbers and ranges, or is not closed. */
export function parseGlob(term: string): Glob | null {
  const parts: GlobPart[] = [];
  for (const [i, text] of term
    .toLowerCase()
    .split(/\[([^[\]]*)\]/)
    .entries()) {
    if (i % 2 === 1) {
      const numbers = bracketNumbers(text);
      if (numbers === null) return null;
      parts.push({ kind: 'words', words: new Set(numbers) });
    } else {
      if (/[[\]]/.test(text)) return null;
      parts.push(...wildcards(text));
    }
  }
  return {
    matches: (text) => matchesParts(parts, text.toLowerCase()),
    numeric: /^[\d[\],-]+$/.test(term),
  };
}

/** The numbers of `0010-0031,40` as they are written: a range has as many digits as its start. */
function bracketNumbers(text: string): readonly string[] | null {
  const numbers: string[] = [];
  for (const part of text.split(',')) {
    const match = BRACKET_PART.exec(part.trim());
    if (match === null) return null;
    const low = match[1] ?? '';
    const high = Number(match[2] ?? low);
    if (Number(low) > high || high - Number(low) + numbers.length >= MOST_NUMBERS) return null;
    for (let n = Number(low); n <= high; n++) numbers.push(String(n).padStart(low.length, '0'));
  }
  return numbers;
}

/** The numbers of `3` or `3-7`, as a test that needs no list of them; null where the term is neither. */
export function parseRange(term: string): { readonly low: number; readonly high: number } | null {
  const match = BRACKET_PART.exec(term);
  if (match === null) return null;
  return { low: Number(match[1]), high: Number(match[2] ?? match[1]) };
}

/** The terms of `3,5-7 [0,2]`: cut at commas and blanks that stand outside of brackets, once each. */
export function splitTerms(texts: readonly string[]): readonly string[] {
  const terms = texts.flatMap((text) => text.match(/(?:\[[^\]]*\]?|[^\s,[])+/g) ?? []);
  return [...new Set(terms)];
}

import { parseRange, splitTerms } from './sled-glob.ts';
import { formatNumberSet } from '../model/number-set.ts';
import { naturally } from '../model/sled-order.ts';

/** The values of the options as they were given: each may be repeated, and hold several terms with commas. */
export interface Selection {
  readonly racks: readonly string[];
  readonly sleds: readonly string[];
  readonly exclude: readonly string[];
  readonly labels: readonly string[];
}

/** A sled's term that stands for cubbies: `14`, `0-3`. Longer numbers are serials. */
export const CUBBY_TERM = /^\d{1,2}(-\d{1,2})?$/;

const RACKS = /^\d+(-\d+)?$/;
const MOST_NUMBERS = 10_000;

/** The terms of `--label`, which may hold blanks. */
export function labelTexts(texts: readonly string[]): readonly string[] {
  const terms = texts.flatMap((text) => text.split(',')).map((text) => text.trim());
  return [...new Set(terms.filter((text) => text !== ''))];
}

/** `rack 3,5-7, cubby 0-3, not 2, label role=scrimlet`: the same for the same terms in any order. */
export function describeSelection(wanted: Selection): string {
  const sleds = splitTerms(wanted.sleds);
  const parts = [
    describeTerms('rack', splitTerms(wanted.racks), RACKS),
    describeTerms(
      'cubby',
      sleds.filter((term) => CUBBY_TERM.test(term)),
      CUBBY_TERM,
    ),
    describeTerms(
      'sled',
      sleds.filter((term) => !CUBBY_TERM.test(term)),
      CUBBY_TERM,
    ),
    describeTerms('not', splitTerms(wanted.exclude), CUBBY_TERM),
    describeTerms('label', labelTexts(wanted.labels), null),
  ].filter((text) => text !== '');
  return parts.length === 0 ? 'all sleds' : parts.join(', ');
}

function describeTerms(word: string, terms: readonly string[], numeric: RegExp | null): string {
  const numbers = new Set<number>();
  const others = new Set<string>();
  for (const term of terms) {
    const range = numeric?.test(term) === true ? parseRange(term) : null;
    if (range === null || range.high - range.low > MOST_NUMBERS) others.add(term);
    else for (let n = range.low; n <= range.high; n++) numbers.add(n);
  }
  const texts = [formatNumberSet(numbers), ...[...others].sort(naturally)].filter((text) => text !== '');
  return texts.length === 0 ? '' : `${word} ${texts.join(',')}`;
}

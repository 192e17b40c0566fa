import { groupBy } from './group-by.ts';
import type { Sled } from './sled.ts';
import { formatNumberSet } from './number-set.ts';
import { naturally } from './sled-order.ts';

const LAST_NUMBER = /\d{1,9}$/;

/**
 * Many sleds in few words, which `--sled` takes back: `3/[0-14,16-31] 5/2`. Sleds without a cubby go by their names,
 * folded where they differ in a last number: `3/BRM4222[0010-0014]`. Empty for none.
 */
export function foldSleds(sleds: readonly Sled[]): string {
  return [...groupBy(sleds, (sled) => sled.rack)]
    .sort(([a], [b]) => naturally(a, b))
    .flatMap(([rack, members]) => foldRack(members).map((part) => `${rack}/${part}`))
    .join(' ');
}

function foldRack(sleds: readonly Sled[]): readonly string[] {
  const cubbies = formatNumberSet(sleds.flatMap((sled) => sled.cubby ?? []));
  const names = sleds.filter((sled) => sled.cubby === null).map((sled) => sled.name);
  return cubbies === '' ? foldNames(names) : [bracketed(cubbies), ...foldNames(names)];
}

function foldNames(names: readonly string[]): readonly string[] {
  const folded = [...groupBy(names, (name) => name.replace(LAST_NUMBER, ''))].flatMap(([stem, members]) => {
    const numbers = members.map((name) => name.slice(stem.length)).filter((number) => number !== '');
    const plain = members.includes(stem) ? [stem] : [];
    return numbers.length === 0 ? plain : [...plain, stem + bracketed(foldNumbers(numbers))];
  });
  return folded.sort(naturally);
}

/** Ranges of numbers that keep their leading zeros: `8-12` counts on from one digit, `08-12` from two. */
function foldNumbers(numbers: readonly string[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a.length - b.length || Number(a) - Number(b));
  const ranges: { low: string; high: string }[] = [];
  for (const number of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && number === String(Number(last.high) + 1).padStart(last.low.length, '0')) {
      last.high = number;
    } else {
      ranges.push({ low: number, high: number });
    }
  }
  return ranges.map(({ low, high }) => (low === high ? low : `${low}-${high}`)).join(',');
}

function bracketed(numbers: string): string {
  return /^\d+$/.test(numbers) ? numbers : `[${numbers}]`;
}

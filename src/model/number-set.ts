const MEMBER = /^(\d{1,9})(?:-(\d{1,9}))?$/;

/** The numbers of `0-7,9,14-31`, ascending and once each; null where the text is none or leaves the bounds. */
export function parseNumberSet(text: string, min: number, max: number): readonly number[] | null {
  const numbers = new Set<number>();
  for (const part of text.split(',')) {
    const match = MEMBER.exec(part.trim());
    if (match === null) return null;
    const low = Number(match[1]);
    const high = Number(match[2] ?? match[1]);
    if (low > high || low < min || high > max) return null;
    for (let n = low; n <= high; n++) numbers.add(n);
  }
  return [...numbers].sort((a, b) => a - b);
}

/** `0-7,9,14-31` of any numbers in any order: two neighbours are a range too. Empty for none. */
export function formatNumberSet(numbers: Iterable<number>): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length;) {
    let last = i;
    while (sorted[last + 1] === (sorted[last] ?? 0) + 1) last++;
    parts.push(last === i ? `${sorted[i]}` : `${sorted[i]}-${sorted[last]}`);
    i = last + 1;
  }
  return parts.join(',');
}

/** One step of a pattern: any text, one character of a kind, or one of some words. */
export type GlobPart =
  | { readonly kind: 'any' }
  | { readonly kind: 'one'; readonly allows: (character: string) => boolean }
  | { readonly kind: 'words'; readonly words: ReadonlySet<string> };

const ANY_TEXT: GlobPart = { kind: 'any' };
const ANY_CHARACTER: GlobPart = { kind: 'one', allows: () => true };

/** A part that allows one character alone. */
export function literal(wanted: string): GlobPart {
  return { kind: 'one', allows: (character) => character === wanted };
}

/** The parts of a text in which only `*` (any text) and `?` (one character) are special. */
export function wildcards(text: string): readonly GlobPart[] {
  return Array.from(text).map((c) => (c === '*' ? ANY_TEXT : c === '?' ? ANY_CHARACTER : literal(c)));
}

/** A part for what stands between brackets: `abc`, `a-z`, and what is none of `x` for `!x`. */
export function characterSet(inside: string): GlobPart {
  const negated = inside.startsWith('!');
  const set = Array.from(negated ? inside.slice(1) : inside);
  const ranges: (readonly [string, string])[] = [];
  for (let i = 0; i < set.length; i++) {
    const low = set[i] ?? '';
    const high = set[i + 1] === '-' ? set[i + 2] : undefined;
    ranges.push([low, high ?? low]);
    if (high !== undefined) i += 2;
  }
  return {
    kind: 'one',
    allows: (c) => ranges.some(([low, high]) => low <= c && c <= high) !== negated,
  };
}

/**
 * Whether the parts take the whole text. Every position that a part can end at is kept at once, so that the time grows
 * with parts times characters, whatever the pattern: a text from a sled cannot block the program.
 */
export function matchesParts(parts: readonly GlobPart[], text: string): boolean {
  const characters = Array.from(text);
  let ends: ReadonlySet<number> = new Set([0]);
  for (const part of parts) {
    ends = endsAfter(part, ends, characters);
    if (ends.size === 0) return false;
  }
  return ends.has(characters.length);
}

function endsAfter(
  part: GlobPart,
  starts: ReadonlySet<number>,
  characters: readonly string[],
): ReadonlySet<number> {
  const ends = new Set<number>();
  switch (part.kind) {
    case 'any': {
      let first = characters.length;
      for (const start of starts) first = Math.min(first, start);
      for (let end = first; end <= characters.length; end++) ends.add(end);
      return ends;
    }
    case 'one':
      for (const start of starts) {
        const character = characters[start];
        if (character !== undefined && part.allows(character)) ends.add(start + 1);
      }
      return ends;
    case 'words': {
      const lengths = new Set(Array.from(part.words, (word) => word.length));
      for (const start of starts) {
        for (const length of lengths) {
          const word = characters.slice(start, start + length).join('');
          if (word.length === length && part.words.has(word)) ends.add(start + length);
        }
      }
      return ends;
    }
  }
}

/**
 * A test for a pattern with `*` (any text), `?` (one character) and `[abc]`, `[a-z]`, `[!x]` (one of these).
 * The whole text must match.
 */
export function globMatcher(pattern: string): (text: string) => boolean {
  const parts: GlobPart[] = [];
  const characters = Array.from(pattern);
  for (let i = 0; i < characters.length; i++) {
    const c = characters[i] ?? '';
    const end = c === '[' ? characters.indexOf(']', i + 2) : -1;
    if (end > 0) {
      parts.push(characterSet(characters.slice(i + 1, end).join('')));
      i = end;
    } else parts.push(...wildcards(c));
  }
  return (text) => matchesParts(parts, text);
}

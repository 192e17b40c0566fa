/** Numbers that look random and are the same in every run with the same seed. */
export interface Random {
  /** 0 (included) to 1 (excluded). */
  next(): number;
  /** An integer, 0 to `limit` - 1. */
  below(limit: number): number;
  /** A version 4 UUID. */
  uuid(): string;
  /** Another generator, the same one for the same name, whatever was drawn from this one. */
  fork(name: string): Random;
}

/** FNV-1a of a text, 32 bits: makes a seed of a name. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}

/** A generator (mulberry32) that starts at this seed. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const bits = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const hex = (): string => bits().toString(16).padStart(8, '0');
  return {
    fork: (name) => createRandom(seedOf(`${seed} ${name}`)),
    next: () => bits() / 0x1_0000_0000,
    below: (limit) => Math.floor((bits() / 0x1_0000_0000) * limit),
    uuid: () => {
      const text = hex() + hex() + hex() + hex();
      const variant = '89ab'[bits() & 3] ?? '8';
      return [
        text.slice(0, 8),
        text.slice(8, 12),
        `4${text.slice(13, 16)}`,
        variant + text.slice(17, 20),
        text.slice(20),
      ].join('-');
    },
  };
}

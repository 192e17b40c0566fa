/** Parts that are asked for together: with some sites at once this bounds what is on its way. */
const WINDOW_PARTS = 16;

/** The parts of a report as they come, in any order. */
export interface PartWindow {
  /** What is asked for next. */
  readonly next: () => { readonly from: number; readonly to: number };
  /** `window`: all that was asked for is here, and more is to come. */
  readonly take: (part: number, data: Uint8Array) => 'not_new' | 'more' | 'window' | 'all';
  readonly came: () => number;
  readonly parts: () => readonly Uint8Array[];
}

/** Opens it for a report of so many parts. */
export function openPartWindow(count: number): PartWindow {
  const parts: Uint8Array[] = [];
  let came = 0;
  const firstMissing = (): number => {
    for (let n = 0; n < count; n++) if (parts[n] === undefined) return n;
    return count;
  };
  return {
    next() {
      const from = firstMissing();
      return { from, to: Math.min(count, from + WINDOW_PARTS) };
    },
    take(part, data) {
      if (part >= count || parts[part] !== undefined) return 'not_new';
      parts[part] = data;
      came += 1;
      if (came === count) return 'all';
      return firstMissing() % WINDOW_PARTS === 0 ? 'window' : 'more';
    },
    came: () => came,
    parts: () => parts,
  };
}

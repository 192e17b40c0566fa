/** Things that will happen, taken out in order of their time (a binary heap; equal times in order of entry). */
export interface EventQueue<T> {
  push(atNs: number, item: T): void;
  /** When the first one is due; Infinity when there is none. */
  nextNs(): number;
  pop(): { readonly atNs: number; readonly item: T } | undefined;
  clear(): void;
}

export function createEventQueue<T>(): EventQueue<T> {
  interface Entry {
    readonly atNs: number;
    readonly order: number;
    readonly item: T;
  }
  let heap: Entry[] = [];
  let entries = 0;
  const before = (a: Entry | undefined, b: Entry | undefined): boolean =>
    a !== undefined && b !== undefined && (a.atNs < b.atNs || (a.atNs === b.atNs && a.order < b.order));
  const swap = (i: number, j: number): void => {
    const [a, b] = [heap[i], heap[j]];
    if (a !== undefined && b !== undefined) [heap[i], heap[j]] = [b, a];
  };
  return {
    push: (atNs, item) => {
      let i = heap.push({ atNs, order: entries++, item }) - 1;
      while (i > 0) {
        const parent = (i - 1) >> 1;
        if (!before(heap[i], heap[parent])) break;
        swap(i, parent);
        i = parent;
      }
    },
    nextNs: () => heap[0]?.atNs ?? Number.POSITIVE_INFINITY,
    pop: () => {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (heap.length > 0) {
        heap[0] = last;
        for (let i = 0; ;) {
          const [left, right] = [2 * i + 1, 2 * i + 2];
          let least = i;
          if (before(heap[left], heap[least])) least = left;
          if (before(heap[right], heap[least])) least = right;
          if (least === i) break;
          swap(i, least);
          i = least;
        }
      }
      return first;
    },
    clear: () => {
      heap = [];
    },
  };
}

import type { Frame, Stored } from './frame.ts';
import type { Key } from './aggregation.ts';
import { tupleId } from './aggregation.ts';
import type { DType } from './types.ts';

export type Scope = 'global' | 'this' | 'self';

/** One variable of a D program. Its type is fixed by its declaration or its first assignment. */
export interface Variable {
  readonly scope: Scope;
  readonly name: string;
  readonly kind: 'scalar' | 'array';
  type: DType | null;
  keys: readonly DType[] | null;
  /** The place among the `this->` variables of a firing. */
  readonly slot: number;
  value: Stored | undefined;
  readonly elements: Map<Key, Stored>;
}

/** The memory that all elements of associative arrays and all `self->` variables share. */
export interface DynamicPool {
  capacity: number;
  used: number;
  /** Stores that failed since they were last reported. */
  drops: number;
  /** The bytes of one element: the largest that the programs use. */
  chunk: number;
}

const CHUNK_OVERHEAD = 64;
const HASH_BUCKET = 64;

/** Bytes that a value of the type takes as a key or as an element. */
export function storageSize(type: DType, strsize: number): number {
  if (type.kind === 'string') return strsize;
  return type.kind === 'int' ? Math.max(8, type.size) : 8;
}

/** Makes room for elements of an array with such keys and values. */
export function growChunk(pool: DynamicPool, sizes: readonly number[]): void {
  const bytes = sizes.reduce((sum, size) => sum + size + 16, CHUNK_OVERHEAD);
  pool.chunk = Math.max(pool.chunk, bytes);
}

/** Sets how many elements fit, once all programs are compiled. */
export function sizePool(pool: DynamicPool, dynvarsize: number): void {
  pool.capacity = Math.floor(dynvarsize / (Math.max(128, pool.chunk) + HASH_BUCKET));
}

function store(pool: DynamicPool, variable: Variable, id: Key, value: Stored): void {
  if (value === 0n || value === null) {
    if (variable.elements.delete(id)) pool.used--;
    return;
  }
  if (!variable.elements.has(id)) {
    if (pool.used >= pool.capacity) {
      pool.drops++;
      return;
    }
    pool.used++;
  }
  variable.elements.set(id, value);
}

/** How a place is read and written. What was never written reads as 0 or NULL, `this->` as garbage. */
export interface Place {
  load(frame: Frame): Stored | undefined;
  store(frame: Frame, value: Stored): void;
}

function thread(frame: Frame): string {
  return `${frame.process.pid}/${frame.tid}`;
}

/** The place of a variable, or of the element with these keys. */
export function placeOf(
  pool: DynamicPool,
  variable: Variable,
  keys: ((frame: Frame) => readonly Key[]) | null,
): Place {
  const { slot } = variable;
  if (variable.scope === 'this') {
    return {
      load: (frame) => frame.locals[slot],
      store: (frame, value) => {
        frame.locals[slot] = value;
      },
    };
  }
  if (variable.scope === 'self') {
    const id = (frame: Frame): Key =>
      keys === null ? thread(frame) : tupleId([thread(frame), ...keys(frame)]);
    return {
      load: (frame) => variable.elements.get(id(frame)),
      store: (frame, value) => store(pool, variable, id(frame), value),
    };
  }
  if (keys === null) {
    return {
      load: () => variable.value,
      store: (_frame, value) => {
        variable.value = value;
      },
    };
  }
  return {
    load: (frame) => variable.elements.get(tupleId(keys(frame))),
    store: (frame, value) => store(pool, variable, tupleId(keys(frame)), value),
  };
}

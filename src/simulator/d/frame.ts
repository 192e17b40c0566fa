import { toBytes } from './bytes.ts';
import { Fault } from './errors.ts';
import type { TokenState } from './text-functions.ts';
import type { ProbeNames } from './probe-description.ts';

/** A value as variables hold it: an integer, a string of bytes, or NULL. */
export type Stored = bigint | string | null;

/** What one clause recorded: text that is ready, or what has to wait until the record is read (printa). */
export type RecordPart = string | (() => string);

/** The probe that fired. */
export interface FiredProbe extends ProbeNames {
  readonly id: number;
}

/** The process on whose thread it fired. */
export interface FiredProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly zone: string;
  readonly args: string;
  readonly command: string;
}

/** One firing of one probe, as the clauses that run for it see it. */
export interface Frame {
  readonly probe: FiredProbe;
  readonly process: FiredProcess;
  readonly cpu: number;
  readonly tid: number;
  readonly at: bigint;
  readonly wall: bigint;
  readonly args: readonly (bigint | string)[];
  /** `this->` variables by slot. What this firing did not set yet is undefined, and reads as garbage. */
  readonly locals: (Stored | undefined)[];
  readonly tokens: TokenState;
  /** The enabling whose clause runs. */
  epid: number;
  /** Bytes of scratch memory that the running clause may still take. */
  scratch: number;
  /** The action that runs, counted from 1 in its clause; 0 is the predicate. */
  action: number;
  record: RecordPart[];
}

const MEMORY_BASE = 0xfffffc7fee000000n;
const MEMORY_STRIDE_BITS = 24n;
/** Recognisable, and no valid address: what an argument that is not there reads as. */
const GARBAGE = 0x2badd00d5ca1ab1en;

/** argN as the D program sees it: an integer, the address of a text, or garbage where the probe has no such one. */
export function argument(frame: Frame, index: number): bigint {
  const value = frame.args[index];
  if (typeof value === 'bigint') return BigInt.asIntN(64, value);
  if (value === undefined) return GARBAGE + BigInt(index) * 0x1111n;
  return BigInt.asIntN(64, MEMORY_BASE + (BigInt(index) << MEMORY_STRIDE_BITS));
}

/** The bytes of the process's memory from an address on, up to the NUL; null where nothing is mapped. */
export function memoryAt(frame: Frame, address: bigint): string | null {
  const distance = BigInt.asUintN(64, address) - MEMORY_BASE;
  if (distance < 0n) return null;
  const value = frame.args[Number(distance >> MEMORY_STRIDE_BITS)];
  if (typeof value !== 'string') return null;
  const bytes = toBytes(value);
  const offset = Number(BigInt.asUintN(Number(MEMORY_STRIDE_BITS), distance));
  if (offset > bytes.length) return null;
  return offset === 0 ? bytes : bytes.slice(offset);
}

/** Takes scratch memory for the rest of the clause. Faults when there is not enough. */
export function takeScratch(frame: Frame, bytes: number, offset: number): void {
  if (bytes > frame.scratch) throw new Fault('out of scratch space', 0n, offset);
  frame.scratch -= bytes;
}

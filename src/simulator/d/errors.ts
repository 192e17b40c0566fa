/** What the D compiler refuses. `message` is the compiler's own text, without place or program name. */
export class CompileError extends Error {
  /** 0 where the compiler names none. */
  readonly line: number;
  /** `predicate` or `action list`: where a program of `-n`, which has no lines, went wrong. */
  readonly region: string | null;
  /** A name stands for nothing: what is compiled later may declare it. */
  readonly unknownName: boolean;

  constructor(message: string, line: number, region: string | null = null, unknownName = false) {
    super(message);
    this.name = 'CompileError';
    this.line = line;
    this.region = region;
    this.unknownName = unknownName;
  }
}

export type FaultKind =
  | 'invalid address'
  | 'illegal operation'
  | 'divide-by-zero'
  | 'out of scratch space'
  | 'tuple stack overflow';

/** A fault while a clause runs: what the clause wanted to record is lost, and one line says why. */
export class Fault extends Error {
  readonly kind: FaultKind;
  /** The bad address, of an `invalid address`. */
  readonly address: bigint;
  /** Bytes from the start of the expression's code, or null when the fault was not inside an expression. */
  readonly offset: number | null;

  constructor(kind: FaultKind, address: bigint, offset: number | null) {
    super(kind);
    this.name = 'Fault';
    this.kind = kind;
    this.address = address;
    this.offset = offset;
  }
}

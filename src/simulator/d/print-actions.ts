import { defaultRow, histogramOf, plainValue, rows, type Aggregation, type Row } from './aggregation.ts';
import type { Expression } from './ast.ts';
import { loaded, type Code } from './code.ts';
import { typesFit } from './compatibility.ts';
import { traceText } from './columns.ts';
import type { Environment } from './environment.ts';
import { CompileError } from './errors.ts';
import { compileExpression } from './expressions.ts';
import { formatValue, type Value } from './format.ts';
import {
  aggregateType,
  checkFormat,
  parseFormat,
  type Conversion,
  type FormatPart,
} from './format-string.ts';
import type { Frame } from './frame.ts';
import { INT64, wrap, type DType } from './types.ts';

/** A function that does one statement's work for a firing. May throw Fault. */
export type Action = (frame: Frame) => void;

/** Counts an action into its clause, with the bytes that it records. Returns its number. */
export function countAction(env: Environment, bytes: number): number {
  env.actions++;
  env.recordSize += bytes;
  env.offset = 0;
  return env.actions;
}

/** What a record keeps of an expression: an integer of its type's size, or a text cut as strsize says. */
function recorded(
  env: Environment,
  e: Expression,
  what: string,
): {
  readonly type: DType;
  readonly action: number;
  readonly run: (frame: Frame) => Value;
} {
  const action = countAction(env, 8);
  const code = compileExpression(env, e);
  if (code.kind === 'text') {
    const text = code.run;
    const { options } = env;
    env.recordSize += options.strsize - 8;
    return {
      type: code.type,
      action,
      run: (frame) => loaded(text(frame), null).slice(0, options.strsize - 1),
    };
  }
  if (code.kind === 'bytes') return { type: code.type, action, run: code.run };
  if (code.kind !== 'int')
    throw new CompileError(`${what} may not be applied to a dynamic expression`, e.line);
  const { run, type } = code;
  return { type, action, run: type.kind === 'int' ? (frame) => wrap(run(frame), type) : run };
}

/** `trace(x)`. */
export function compileTrace(env: Environment, args: readonly Expression[], line: number): Action {
  const [arg] = args;
  if (arg === undefined || args.length !== 1) throw mismatch('trace', args.length, '1', line);
  if (arg.kind === 'aggregation') {
    throw new CompileError('trace( ) may not be applied to an aggregation', line);
  }
  const { type, action, run } = recorded(env, arg, 'trace( )');
  const { options } = env;
  return (frame) => {
    frame.action = action;
    const value = run(frame);
    frame.record.push(() => traceText(value, type, options));
  };
}

/** `print(x)`: the type, then the value, integers in hexadecimal. */
export function compilePrint(env: Environment, args: readonly Expression[], line: number): Action {
  const [arg] = args;
  if (arg === undefined || args.length !== 1) throw mismatch('print', args.length, '1', line);
  if (arg.kind === 'aggregation') {
    throw new CompileError('print( ) may not be applied to an aggregation', line);
  }
  const { type, action, run } = recorded(env, arg, 'print( )');
  return (frame) => {
    frame.action = action;
    frame.record.push(`${type.name} ${printed(run(frame), type)}\n`);
  };
}

function printed(value: Value, type: DType): string {
  if (typeof value === 'string') return `"${value}"`;
  const bits = type.kind === 'int' ? type.size * 8 : 64;
  return value === 0n ? '0' : `0x${BigInt.asUintN(bits, value).toString(16)}`;
}

export function mismatch(name: string, passed: number, expected: string, line: number): CompileError {
  return new CompileError(`${name}( ) prototype mismatch: ${passed} args passed, ${expected} expected`, line);
}

function formatOf(name: string, args: readonly Expression[], line: number): readonly FormatPart[] {
  const [format] = args;
  if (format?.kind !== 'string') {
    throw new CompileError(
      `${name}( ) argument #1 is incompatible with prototype:\n\tprototype: string constant\n\t argument: ${format === undefined ? 'none' : 'expression'}`,
      line,
    );
  }
  return parseFormat(name, format.value, line);
}

/** `printf(format, …)`. */
export function compilePrintf(env: Environment, args: readonly Expression[], line: number): Action {
  if (args.length === 0) throw mismatch('printf', 0, '1', line);
  const parts = formatOf('printf', args, line);
  const values = args.slice(1).map((arg) => recorded(env, arg, 'printf( )'));
  if (values.length === 0) countAction(env, 8);
  const types = values.map((v) => v.type);
  checkFormat('printf', parts, types, null, line);
  const pieces = bind(parts);
  return (frame) => {
    const read: Value[] = [];
    for (const value of values) {
      frame.action = value.action;
      read.push(value.run(frame));
    }
    let out = '';
    for (const piece of pieces) out += typeof piece === 'string' ? piece : fill(piece, read, types);
    frame.record.push(out);
  };
}

/** A conversion with the numbers of the arguments that it takes. */
interface Bound {
  readonly conversion: Conversion;
  readonly width: number | null;
  readonly precision: number | null;
  readonly value: number;
}

function bind(parts: readonly FormatPart[]): readonly (string | Bound)[] {
  let next = 0;
  return parts.map((part) => {
    if (part.kind === 'text') return part.text;
    const width = part.width === '*' ? next++ : null;
    const precision = part.precision === '*' ? next++ : null;
    return { conversion: part, width, precision, value: next++ };
  });
}

function fill(bound: Bound, values: readonly Value[], types: readonly DType[]): string {
  const { conversion: c } = bound;
  const number = (index: number | null, fixed: number | '*' | null): number | null => {
    if (index === null) return fixed === '*' ? null : fixed;
    return Number(values[index] ?? 0n);
  };
  return formatValue(
    c,
    values[bound.value] ?? 0n,
    types[bound.value] ?? INT64,
    number(bound.width, c.width),
    number(bound.precision, c.precision),
  );
}

// ---- printa

/** The aggregation that an argument names. It must have been assigned further up. */
export function aggregationArgument(
  env: Environment,
  name: string,
  arg: Expression | undefined,
  number: number,
  line: number,
): Aggregation {
  if (arg?.kind !== 'aggregation') {
    const type = arg === undefined ? 'none' : describe(env, arg);
    throw new CompileError(
      `${name}( ) argument #${number} is incompatible with prototype:\n\tprototype: aggregation\n\t argument: ${type}`,
      line,
    );
  }
  const aggregation = env.aggregations.get(arg.name);
  if (aggregation === undefined || aggregation.function === null) {
    throw new CompileError(`undefined aggregation: @${arg.name}`, line);
  }
  return aggregation;
}

function describe(env: Environment, arg: Expression): string {
  const code: Code = compileExpression(env, arg);
  return code.type.name;
}

/** `printa(@a)`, `printa(@a, @b)`, `printa(format, @a, …)`. It shows the last snapshot when its record is read. */
export function compilePrinta(env: Environment, args: readonly Expression[], line: number): Action {
  const hasFormat = args.length > 0 && args[0]?.kind !== 'aggregation';
  const parts = hasFormat ? formatOf('printa', args, line) : null;
  const named = hasFormat ? args.slice(1) : args;
  if (named.length === 0)
    throw mismatch('printa', args.length, hasFormat ? 'at least 2' : 'at least 1', line);
  const first = hasFormat ? 2 : 1;
  const list = named.map((arg, i) => aggregationArgument(env, 'printa', arg, i + first, line));
  checkSameKeys(list, line);
  const types = list[0]?.keyTypes ?? [];
  if (parts !== null) {
    checkFormat('printa', parts, types, aggregateType(list[0]?.function ?? null), line);
  }
  const action = countAction(env, 8);
  const { options } = env;
  const show = (): string => {
    const all = rows(list, options);
    if (all.length > 0) for (const aggregation of list) aggregation.printed = true;
    if (parts === null) return `\n${all.map((row) => defaultRow(list, row, options)).join('')}`;
    return all.map((row) => formattedRow(parts, list, row, types)).join('');
  };
  return (frame) => {
    frame.action = action;
    frame.record.push(show);
  };
}

function checkSameKeys(list: readonly Aggregation[], line: number): void {
  const [first, ...others] = list;
  if (first === undefined) return;
  const keys = first.keyTypes ?? [];
  for (const other of others) checkPair(first.name, keys, other, line);
}

function checkPair(name: string, keys: readonly DType[], other: Aggregation, line: number): void {
  const found = other.keyTypes ?? [];
  if (keys.length !== found.length) {
    const counted = (n: number): string => `${n} key${n === 1 ? '' : 's'}`;
    throw new CompileError(
      `printa( ): @${name} and @${other.name} do not have matching key signatures: @${name} has ${counted(keys.length)}, @${other.name} has ${counted(found.length)}`,
      line,
    );
  }
  keys.forEach((key, i) => {
    const own = found[i];
    if (own === undefined || typesFit(key, own)) return;
    const row = (aggregation: string, type: DType): string =>
      `${aggregation.padStart(9)} key #${i + 1}: ${type.name}`;
    throw new CompileError(
      `printa( ): @${other.name}[ ] key #${i + 1} is incompatible with @${name}:\n${row(name, key)}\n${row(other.name, own)}`,
      line,
    );
  });
}

function formattedRow(
  parts: readonly FormatPart[],
  list: readonly Aggregation[],
  row: Row,
  types: readonly DType[],
): string {
  let out = '';
  let key = 0;
  let value = 0;
  for (const part of parts) {
    if (part.kind === 'text') out += part.text;
    else if (part.aggregation) {
      const at = Math.min(value, list.length - 1);
      value++;
      out += formattedValue(part, list[at], row.entries[at]);
    } else {
      const width = part.width === '*' ? Number(row.keys[key++] ?? 0n) : part.width;
      out += formatValue(part, row.keys[key] ?? 0n, types[key] ?? INT64, width);
      key++;
    }
  }
  return out;
}

function formattedValue(
  conversion: Conversion,
  aggregation: Aggregation | undefined,
  entry: Row['entries'][number] | undefined,
): string {
  if (aggregation === undefined || entry === undefined) return '';
  const histogram = histogramOf(aggregation, entry);
  if (histogram !== null) return histogram;
  return formatValue(conversion, plainValue(aggregation, entry.datum, entry.normal), INT64);
}

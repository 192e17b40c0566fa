import { constantCode, intCode, textCode, textOfAddress, untilNul, type Code } from './code.ts';
import { nextOffset, type Environment } from './environment.ts';
import { CompileError, Fault } from './errors.ts';
import { STRING, wrap, type DType } from './types.ts';

/** `(type)x`. Throws CompileError where a value has no such cast. */
export function castCode(environment: Environment, type: DType, operand: Code, line: number): Code {
  const invalid = (): CompileError =>
    new CompileError(`invalid cast expression: "${operand.type.name}" to "${type.name}"`, line);
  switch (type.kind) {
    case 'int':
      if (operand.kind !== 'int') throw invalid();
      return integerCast(type, operand, line);
    case 'pointer':
      if (operand.kind === 'int') return intCode(type, line, operand.run);
      if (operand.kind === 'bytes') {
        return { ...operand, type: { kind: 'bytes', name: type.name, target: type.target } };
      }
      throw invalid();
    case 'string':
      if (operand.kind === 'members' || operand.kind === 'void') throw invalid();
      return stringOf(environment, operand, line);
    case 'void':
      if (operand.kind === 'members') throw invalid();
      return {
        kind: 'void',
        type,
        line,
        run: (f) => {
          operand.run(f);
        },
      };
    default:
      throw invalid();
  }
}

function integerCast(
  type: Extract<DType, { kind: 'int' }>,
  operand: Extract<Code, { kind: 'int' }>,
  line: number,
): Code {
  if (operand.type.kind === 'int' && operand.constant !== null) {
    return constantCode(type, line, wrap(operand.constant, type));
  }
  const { run } = operand;
  // A register already holds what a type of the same size or a wider one would.
  if (operand.type.kind === 'int' && operand.type.name === type.name) return { ...operand, type };
  return intCode(type, line, (f) => wrap(run(f), type));
}

/** `stringof(x)`, `(string)x`. */
export function stringOf(environment: Environment, operand: Code, line: number): Code {
  const offset = nextOffset(environment);
  switch (operand.kind) {
    case 'text':
      return operand;
    case 'bytes': {
      const { run } = operand;
      return textCode(STRING, line, (f) => untilNul(run(f)).slice(0, environment.options.strsize - 1));
    }
    case 'int':
      return textCode(STRING, line, textOfAddress(operand.run, offset));
    case 'members':
    case 'void':
      throw new CompileError(`cannot apply stringof to a value of type ${operand.type.name}`, line);
  }
}

/** `*p`: only bytes that copyin brought in have something to read. */
export function dereference(environment: Environment, operand: Code, line: number): Code {
  const offset = nextOffset(environment);
  if ((operand.kind !== 'bytes' && operand.kind !== 'int') || operand.type.kind === 'int') {
    throw new CompileError('cannot dereference non-pointer type', line);
  }
  const { target } = operand.type;
  if (target === null) throw new CompileError('cannot dereference pointer to void', line);
  if (target.kind !== 'int') {
    throw new CompileError(`values of type "${target.name}" are not available on this simulated sled`, line);
  }
  if (operand.kind === 'int') {
    const { run } = operand;
    return intCode(target, line, (f) => {
      throw new Fault('invalid address', BigInt.asUintN(64, run(f)), offset);
    });
  }
  const { run } = operand;
  return intCode(target, line, (f) => {
    const bytes = run(f);
    if (bytes.length < target.size) throw new Fault('invalid address', 0n, offset);
    let value = 0n;
    for (let i = target.size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes.charCodeAt(i));
    return wrap(value, target);
  });
}

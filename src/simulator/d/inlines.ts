import type { Inline } from './ast.ts';
import { constantOf, intCode, textCode, type Code } from './code.ts';
import { asText, fits } from './compatibility.ts';
import { castCode } from './conversions.ts';
import type { Compile, Environment } from './environment.ts';
import { CompileError } from './errors.ts';
import { STRING, VOID_POINTER, type DType } from './types.ts';
import { unresolved } from './variable-code.ts';

/** Puts an inline's expression in place of its name, its parameters bound to the arguments. */
export function expandInline(
  env: Environment,
  name: string,
  args: readonly Code[],
  line: number,
  compile: Compile,
): Code {
  const inline = env.inlines.get(name);
  if (inline === undefined || env.expanding.includes(name)) throw unresolved(name, line);
  const parameters = inline.parameters ?? [];
  if (parameters.length !== args.length) {
    const noun = args.length === 1 ? 'arg' : 'args';
    throw new CompileError(
      `${name}[ ] prototype mismatch: ${args.length} ${noun} passed, ${parameters.length} expected`,
      line,
    );
  }
  const bound = new Map<string, Code>();
  parameters.forEach((parameter, i) => {
    const arg = args[i];
    if (arg === undefined) return;
    if (!fits(parameter.type, arg)) {
      throw new CompileError(
        `${name}[ ] argument #${i + 1} is incompatible with prototype:\n\tprototype: ${parameter.type.name}\n\t argument: ${arg.type.name}`,
        line,
      );
    }
    bound.set(parameter.name, boundArgument(env, parameter.type, arg, line));
  });
  const outer = env.parameters;
  env.parameters = bound;
  env.expanding.push(name);
  const value = compile(env, inline.value);
  env.expanding.pop();
  env.parameters = outer;
  return castInline(env, inline.type, value, line);
}

/** An argument in the type of its parameter. Inside the inline the compiler does not know its value. */
function boundArgument(env: Environment, type: DType, arg: Code, line: number): Code {
  const text = type.kind === 'string' ? asText(arg) : null;
  if (text !== null) return textCode(STRING, line, text);
  if (arg.kind !== 'int') return arg;
  const cast = type.kind === 'int' ? castCode(env, type, arg, line) : arg;
  return cast.kind === 'int' ? { ...cast, constant: null } : cast;
}

/** Compiles an inline on its own, so that a mistake in it is found even where nothing uses it. */
export function checkInline(env: Environment, inline: Inline, compile: Compile): void {
  const args = (inline.parameters ?? []).map(({ type }) =>
    type.kind === 'string'
      ? textCode(type, inline.line, () => null)
      : intCode(type.kind === 'int' ? type : VOID_POINTER, inline.line, () => 0n),
  );
  expandInline(env, inline.name, args, inline.line, compile);
}

/** The value of an inline in the type of its definition. One that is an integer constant stays what it is. */
function castInline(env: Environment, type: DType, value: Code, line: number): Code {
  if (!fits(type, value)) {
    throw new CompileError(
      `inline definition uses incompatible types: "${type.name}" = "${value.type.name}"`,
      line,
    );
  }
  if (constantOf(value) !== null && type.kind === 'int') return value;
  const text = type.kind === 'string' ? asText(value) : null;
  if (text !== null) return value.kind === 'text' ? value : textCode(STRING, line, text);
  return value.kind === 'int' ? castCode(env, type, value, line) : value;
}

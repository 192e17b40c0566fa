import { compileClause, type CompiledClause } from './clause.ts';
import { declare, type Environment } from './environment.ts';
import { CompileError } from './errors.ts';
import { compileExpression } from './expressions.ts';
import { checkInline } from './inlines.ts';
import type { Macros } from './macros.ts';
import { setOption } from './options.ts';
import { grabProblem } from './grabbed-provider.ts';
import { parseOnce } from './parsed-before.ts';
import { describeProbe, parseDescription, type ProbeField, type ProbeNames } from './probe-description.ts';

export interface ProgramSource {
  /** The text, as bytes. */
  readonly text: string;
  readonly isScript: boolean;
  readonly macros: Macros;
  /** What the rightmost part of a description is (`-P`, `-m`, `-f`, else the name). */
  readonly last: ProbeField;
  /** The probes that a description names now. */
  readonly countProbes: (description: ProbeNames) => number;
  /** Whether the compiler can stop a process to look for probes in it. */
  readonly canGrab: (pid: number) => boolean;
}

/** Compiles one program into its clauses, in program order. Throws CompileError. */
export function compileProgram(env: Environment, source: ProgramSource): readonly CompiledClause[] {
  const { options } = env;
  const program = parseOnce(source.text, {
    macros: source.macros,
    isScript: source.isScript,
    onPragma: (text, line) => applyPragma(env, text, line),
  });
  const last = source.macros.arguments.length - 1;
  const extra = source.macros.arguments[last];
  if (last > 0 && extra !== undefined && !options.argref && !program.referenced.has(last)) {
    throw new CompileError(`extraneous argument '${extra}' ($${last} is not referenced)`, program.lastLine);
  }
  const clauses: CompiledClause[] = [];
  for (const item of program.items) {
    switch (item.kind) {
      case 'inline':
        env.inlines.set(item.name, item);
        checkInline(env, item, compileExpression);
        break;
      case 'declaration':
        declare(env, item);
        break;
      case 'clause': {
        const descriptions = item.descriptions.map(({ text, line }) => {
          const names = parseDescription(text, source.last);
          if (names === null) {
            throw new CompileError(
              `invalid probe description "${text}": Overspecified probe description`,
              line,
            );
          }
          const refusal = grabProblem(names.provider, source.canGrab);
          if (refusal !== null) throw new CompileError(refusal, line);
          const matched = source.countProbes(names);
          if (matched === 0 && !options.zdefs) {
            throw new CompileError(
              `probe description ${describeProbe(names)} does not match any probes`,
              line,
            );
          }
          return { names, matched, text };
        });
        const [first] = descriptions;
        const total = descriptions.reduce((sum, d) => sum + d.matched, 0);
        env.probes =
          first === undefined ? null : { text: first.text, description: first.names, matched: total };
        clauses.push(
          compileClause(
            env,
            item,
            descriptions.map((d) => d.names),
          ),
        );
        break;
      }
    }
  }
  return clauses;
}

function applyPragma(env: Environment, text: string, line: number): void {
  const words = text.trim().split(/\s+/);
  if (words[0] !== 'D') return;
  switch (words[1]) {
    case 'option': {
      if (words[2] === undefined)
        throw new CompileError('superfluous arguments or missing option name for #pragma option', line);
      const [name = '', ...rest] = words.slice(2).join(' ').split('=');
      const value = rest.length > 0 ? rest.join('=') : null;
      const error = setOption(env.options, name.trim(), value === null ? null : value.trim());
      if (error === null) return;
      const to = value === null ? '' : ` to '${value.trim()}'`;
      throw new CompileError(`failed to set option '${name.trim()}'${to}: ${error}`, line);
    }
    case 'attributes':
    case 'binding':
    case 'depends_on':
      return;
    case 'error':
      throw new CompileError(`#error: ${words.slice(2).join(' ')}`, line);
    default:
      throw new CompileError(`invalid control directive: #pragma D ${words[1] ?? ''}`, line);
  }
}

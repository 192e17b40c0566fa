import { parseProgram, type ParserOptions, type Program } from './parser.ts';

/** A program as it was parsed, and the pragmas that it had: whoever takes it applies them again. */
interface Parsed {
  readonly program: Program;
  readonly pragmas: readonly (readonly [text: string, line: number])[];
}

const MOST = 64;

/** Programs by everything that they were parsed from, the one that was taken last at the end. */
const parsed = new Map<string, Parsed>();

/** As `parseProgram`, which takes milliseconds: each sled of a rack runs the same script with the same arguments. */
export function parseOnce(text: string, options: ParserOptions): Program {
  const { macros, isScript, onPragma } = options;
  // The variables of a macro are those of the process that traces, which is another on each sled.
  const variables = /\$[A-Za-z_]/.test(text) ? [...macros.variables].join() : '';
  const key = [text, isScript, macros.defaults(), variables, ...macros.arguments].join('\0');
  const before = parsed.get(key);
  if (before !== undefined) {
    keep(key, before);
    for (const [pragma, line] of before.pragmas) onPragma(pragma, line);
    return before.program;
  }
  const pragmas: [string, number][] = [];
  const program = parseProgram(text, {
    ...options,
    onPragma: (pragma, line) => {
      pragmas.push([pragma, line]);
      onPragma(pragma, line);
    },
  });
  keep(key, { program, pragmas });
  return program;
}

function keep(key: string, one: Parsed): void {
  parsed.delete(key);
  parsed.set(key, one);
  const [oldest] = parsed.keys();
  if (parsed.size > MOST && oldest !== undefined) parsed.delete(oldest);
}

import type { ProbeField } from './probe-description.ts';

/** One program of the command line. */
export interface ProgramArgument {
  readonly kind: 'script' | 'text';
  /** The path of a script, or the program's text. */
  readonly value: string;
  readonly last: ProbeField;
}

export interface CommandLine {
  readonly programs: readonly ProgramArgument[];
  /** `-x`, `-q`, `-Z`, `-w`, `-b` … in the order given. */
  readonly settings: readonly {
    readonly flag: string;
    readonly name: string;
    readonly value: string | null;
  }[];
  readonly pids: readonly string[];
  readonly output: string | null;
  readonly command: string | null;
  readonly list: boolean;
  readonly compileOnly: boolean;
  readonly version: boolean;
  /** `$1` and on. */
  readonly arguments: readonly string[];
}

const WITH_VALUE = new Set('bcDILmnopPsUxXfi');
const ALONE = new Set('aACeFGhHlqSvVwZB');
const FIELDS: Readonly<Record<string, ProbeField>> = {
  n: 'name',
  f: 'function',
  m: 'module',
  P: 'provider',
};
const FLAG_OPTIONS: Readonly<Record<string, string>> = {
  q: 'quiet',
  w: 'destructive',
  Z: 'zdefs',
  F: 'flowindent',
};

export const USAGE = `Usage: dtrace [-32|-64] [-aACeFGhHlqSvVwZ] [-b bufsz] [-c cmd] [-D name[=def]]
\t[-I path] [-L path] [-o output] [-p pid] [-s script] [-U name]
\t[-x opt[=val]] [-X a|c|s|t]

\t[-P provider [[ predicate ] action ]]
\t[-m [ provider: ] module [[ predicate ] action ]]
\t[-f [[ provider: ] module: ] func [[ predicate ] action ]]
\t[-n [[[ provider: ] module: ] func: ] name [[ predicate ] action ]]
\t[-i probe-id [[ predicate ] action ]] [ args ... ]

\tpredicate -> '/' D-expression '/'
\t   action -> '{' D-statements '}'
`;

/** Reads dtrace's arguments, without its own name. A text is what is wrong with them. */
export function parseCommandLine(argv: readonly string[]): CommandLine | string {
  const programs: ProgramArgument[] = [];
  const settings: { flag: string; name: string; value: string | null }[] = [];
  const pids: string[] = [];
  const macros: string[] = [];
  let output: string | null = null;
  let command: string | null = null;
  const flags = new Set<string>();
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (!word.startsWith('-') || word === '-' || macroNumber(word)) {
      macros.push(word);
      continue;
    }
    if (word === '--') {
      macros.push(...argv.slice(i + 1));
      break;
    }
    if (word === '-32' || word === '-64') continue;
    for (let at = 1; at < word.length; at++) {
      const flag = word[at] ?? '';
      if (ALONE.has(flag)) {
        flags.add(flag);
        const name = FLAG_OPTIONS[flag];
        if (name !== undefined) settings.push({ flag, name, value: null });
        continue;
      }
      if (!WITH_VALUE.has(flag)) return `illegal option -- ${flag}`;
      let value = word.slice(at + 1);
      if (value === '') {
        i++;
        const next = argv[i];
        if (next === undefined) return `option requires an argument -- ${flag}`;
        value = next;
      }
      switch (flag) {
        case 's':
          programs.push({ kind: 'script', value, last: 'name' });
          break;
        case 'n':
        case 'f':
        case 'm':
        case 'P': {
          let text = value;
          // A predicate and an action may follow as words of their own.
          while (/^\s*[/{]/.test(argv[i + 1] ?? '')) {
            i++;
            text += ` ${argv[i] ?? ''}`;
          }
          programs.push({ kind: 'text', value: text, last: FIELDS[flag] ?? 'name' });
          break;
        }
        case 'x': {
          const [name = '', ...rest] = value.split('=');
          settings.push({ flag, name, value: rest.length > 0 ? rest.join('=') : null });
          break;
        }
        case 'b':
          settings.push({ flag, name: 'bufsize', value });
          break;
        case 'p':
          pids.push(value);
          break;
        case 'o':
          output = value;
          break;
        case 'c':
          command = value;
          break;
        default:
      }
      break;
    }
  }
  return {
    programs,
    settings,
    pids,
    output,
    command,
    list: flags.has('l'),
    compileOnly: flags.has('e'),
    version: flags.has('V'),
    arguments: macros,
  };
}

/** A negative number is an argument of the script, not an option, once it cannot be one. */
function macroNumber(word: string): boolean {
  return /^-\d+$/.test(word) && word !== '-32' && word !== '-64';
}

/** What a command that ends at once printed. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

export const printed = (lines: readonly string[], status = 0): CommandOutput => ({
  stdout: lines.map((line) => `${line}\n`).join(''),
  stderr: '',
  status,
});

export const complained = (message: string, status: number): CommandOutput => ({
  stdout: '',
  stderr: `${message}\n`,
  status,
});

/**
 * Splits arguments as getopt(3) does: letters before a `:` in `spec` take a value. Returns the options in order
 * and the operands, or the letter that is none.
 */
export function getopt(
  argv: readonly string[],
  spec: string,
):
  | { readonly options: readonly (readonly [string, string])[]; readonly operands: readonly string[] }
  | { readonly bad: string } {
  const options: [string, string][] = [];
  let index = 0;
  for (; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (word === '--') {
      index++;
      break;
    }
    if (!word.startsWith('-') || word === '-') break;
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] ?? '';
      const found = spec.indexOf(letter);
      if (found < 0 || letter === ':') return { bad: letter };
      if (spec[found + 1] !== ':') {
        options.push([letter, '']);
        continue;
      }
      const attached = word.slice(at + 1);
      if (attached === '') index++;
      const value = attached === '' ? argv[index] : attached;
      if (value === undefined) return { bad: letter };
      options.push([letter, value]);
      break;
    }
  }
  return { options, operands: argv.slice(index) };
}

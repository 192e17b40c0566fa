/** A line of a configuration file: `HostName "a b"`, `hostname=a`. */
export interface ConfigLine {
  /** In lower case. */
  readonly keyword: string;
  readonly words: readonly string[];
  /** What is behind the keyword, unchanged: a command is not split into words. */
  readonly rest: string;
  readonly file: string;
  readonly line: number;
}

/** The keyword and the words of a line, null for an empty one or a comment; a quote that does not end is a word too. */
export function readLine(text: string, file: string, line: number): ConfigLine | null {
  const match = /^\s*("?)([^\s"=]+)\1\s*=?\s*(.*)$/.exec(text);
  if (match === null || match[2]?.startsWith('#') !== false) return null;
  const rest = (match[3] ?? '').trimEnd();
  return { keyword: match[2].toLowerCase(), words: splitWords(rest), rest, file, line };
}

/** Where it stands, for messages. */
export function placeOf({ file, line }: ConfigLine): string {
  return `${file} line ${line}`;
}

// As OpenSSH does since 8.7: a quote of either kind, a backslash before one, a comment at the begin of a word.
const WORD = /(?:"(?:\\["'\\]|[^"])*"?|'(?:\\["'\\]|[^'])*'?|\\["'\\ ]|[^\s"'])+/g;

function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  for (const [word] of text.matchAll(WORD)) {
    if (word.startsWith('#')) break;
    words.push(unquoted(word));
  }
  return words;
}

function unquoted(word: string): string {
  let text = '';
  let quote = '';
  for (let at = 0; at < word.length; at += 1) {
    const character = word.charAt(at);
    const next = word.charAt(at + 1);
    if (character === '\\' && (/["'\\]/.test(next) || (quote === '' && next === ' '))) {
      text += next;
      at += 1;
    } else if (quote === '' ? /["']/.test(character) : character === quote) {
      quote = quote === '' ? character : '';
    } else text += character;
  }
  return text;
}

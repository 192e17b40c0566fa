/** A clause of a D program: its probes, its predicate, its statements without their semicolons' lines broken. */
export interface Clause {
  /** What a comment above it says. */
  readonly comment?: string;
  readonly probes: readonly string[];
  readonly predicate?: string;
  readonly body: readonly string[];
}

/** A whole D script. */
export interface DProgram {
  readonly header: readonly string[];
  readonly options: readonly string[];
  /** Declarations between options and clauses, with their comments. */
  readonly declarations?: readonly string[];
  readonly clauses: readonly Clause[];
}

/** Columns of a comment or a statement; a tab counts as eight. */
const WIDTH = 112;

/** The text of a program, tab-indented, as a person would write it. */
export function programText({ header, options, declarations = [], clauses }: DProgram): string {
  const parts = [
    [
      '/*',
      ...header.map((line) => (line === '' ? ' *' : ` * ${line}`.replace(/^ \* \t/, ' *\t'))),
      ' */',
    ].join('\n'),
    options.map((option) => `#pragma D option ${option}`).join('\n'),
    ...declarations,
    ...clauses.map(clauseText),
  ];
  return `${parts.join('\n\n')}\n`;
}

function clauseText({ comment, probes, predicate, body }: Clause): string {
  return [
    ...(comment === undefined ? [] : commentLines(comment)),
    probes.join(',\n'),
    ...(predicate === undefined ? [] : [`/${predicate}/`]),
    '{',
    ...body.map((statement) => `\t${statement}`),
    '}',
  ].join('\n');
}

/** A comment on lines of its own: one line where it fits. */
export function commentLines(text: string, indent = ''): readonly string[] {
  const lines = wrapped(text, WIDTH - 3);
  return lines.length === 1
    ? [`${indent}/* ${lines[0]} */`]
    : [`${indent}/*`, ...lines.map((line) => `${indent} * ${line}`), `${indent} */`];
}

/** A text in lines of at most so many characters. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** Paragraphs of a header, with an empty line between them. */
export function paragraphs(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text, i) => [...(i === 0 ? [] : ['']), ...wrapped(text, WIDTH - 4)]);
}

/** What the columns or keys of a script mean: a name and its help a line, names of one help together. */
export function glossary(entries: readonly (readonly [names: string, help: string])[]): readonly string[] {
  const longest = Math.max(...entries.map(([names]) => names.length));
  return entries.flatMap(([names, help]) =>
    wrapped(help, WIDTH - 12 - longest).map(
      (line, i) => `\t${(i === 0 ? names : '').padEnd(longest)}  ${line}`,
    ),
  );
}

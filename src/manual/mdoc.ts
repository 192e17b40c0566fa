import type { ManualArgument, ManualOption, ManualPage } from './manual-page.ts';

/** A page as mdoc(7), which man-db, mandoc and groff read. */
export function mdoc(page: ManualPage, date: Date): string {
  const parts = partsOf(page.more);
  const special = ['Exit status', 'Examples'];
  const others = parts.filter(({ heading }) => heading === null || !special.includes(heading));
  return [
    `.Dd ${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`,
    `.Dt ${page.name.toUpperCase()} 1`,
    '.Os',
    '.Sh NAME',
    `.Nm ${page.name}`,
    `.Nd ${text(page.summary)}`,
    '.Sh SYNOPSIS',
    `.Nm ${page.command.split(' ').map(word).join(' ')}`,
    ...(page.takesOptions ? ['.Op Ar options'] : []),
    ...page.arguments.map(argumentLine),
    ...(page.commands.length === 0 ? [] : ['.Ar command']),
    '.Sh DESCRIPTION',
    ...paragraphs(page.description),
    ...others.filter(({ heading }) => heading === null).flatMap(({ body }) => ['.Pp', ...paragraphs(body)]),
    ...list(
      'Arguments',
      page.argumentHelp.map(({ term, help }) => [`.It Ar ${word(term)}`, ...sentences(help)]),
    ),
    ...list(
      'Commands',
      page.commands.map(({ term, help, page: name }) => [
        `.It Cm ${term.split(' ').map(word).join(' ')}`,
        ...sentences(help),
        `.Xr ${name} 1`,
      ]),
    ),
    ...page.optionGroups.flatMap(({ heading, options }) =>
      list(
        heading,
        options.map((option) => [optionLine(option), ...sentences(option.help)]),
      ),
    ),
    ...others.flatMap(({ heading, body }) =>
      heading === null ? [] : [`.Ss ${title(heading)}`, ...literalOr(body)],
    ),
    ...section('EXIT STATUS', parts.find(({ heading }) => heading === 'Exit status')?.body),
    ...section('EXAMPLES', parts.find(({ heading }) => heading === 'Examples')?.body),
    ...(page.seeAlso.length === 0 ? [] : ['.Sh SEE ALSO', ...crossReferences(page.seeAlso)]),
    '',
  ].join('\n');
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June'].concat([
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]);

interface Part {
  /** Without its colon; null for what stands before the first. */
  readonly heading: string | null;
  readonly body: string;
}

/** The parts of what help says behind the options. A heading is a line that ends with a colon, before indented ones. */
function partsOf(more: string): readonly Part[] {
  return more
    .split(/\n{2,}/)
    .map((each) => each.replace(/^\n+|\s+$/g, ''))
    .filter((each) => each !== '')
    .map((each) => {
      const match = /^([A-Z][^\n.]{0,60}):\n(?= )/.exec(each);
      return match === null
        ? { heading: null, body: each }
        : { heading: match[1] ?? null, body: each.slice(match[0].length) };
    });
}

function section(name: string, body: string | undefined): readonly string[] {
  return body === undefined ? [] : [`.Sh ${name}`, ...literalOr(body)];
}

function list(heading: string, items: readonly (readonly string[])[]): readonly string[] {
  if (items.length === 0) return [];
  return [`.Ss ${title(heading)}`, '.Bl -tag -width Ds', ...items.flat(), '.El'];
}

/** Prose, and indented lines as they are. */
function paragraphs(body: string): readonly string[] {
  const blocks = body.split(/\n{2,}/).filter((block) => block.trim() !== '');
  return blocks.flatMap((block, index) => [...(index === 0 ? [] : ['.Pp']), ...literalOr(block)]);
}

function literalOr(block: string): readonly string[] {
  const lines = block.split('\n').filter((line) => line.trim() !== '');
  const runs: { isLiteral: boolean; lines: string[] }[] = [];
  for (const line of lines) {
    const isLiteral = line.startsWith(' ');
    const last = runs.at(-1);
    if (last?.isLiteral === isLiteral) last.lines.push(line);
    else runs.push({ isLiteral, lines: [line] });
  }
  return runs.flatMap((run, index) => {
    if (!run.isLiteral) return [...(index > 0 ? ['.Pp'] : []), ...sentences(run.lines.join(' '))];
    const indent = Math.min(...run.lines.map((line) => /^ */.exec(line)?.[0].length ?? 0));
    return ['.Bd -literal', ...run.lines.map((line) => text(line.slice(indent))), '.Ed'];
  });
}

/** Each sentence on a line of its own, as mdoc wants it, and none of them long. */
function sentences(prose: string): readonly string[] {
  return prose
    .replaceAll(/\s+/g, ' ')
    .trim()
    .split(/(?<=[.!?][)"']?) (?=\S)/)
    .map(escaped)
    .flatMap(folded)
    .map(notMacro);
}

function folded(sentence: string): readonly string[] {
  const lines = [''];
  for (const each of sentence.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + each.length > 76) lines.push(each);
    else lines[lines.length - 1] = line === '' ? each : `${line} ${each}`;
  }
  return lines;
}

function argumentLine({ name, isRequired, isRest }: ManualArgument): string {
  const value = `Ar ${word(name)}${isRest ? ' ...' : ''}`;
  return isRequired ? `.${value}` : `.Op ${value}`;
}

function optionLine({ names, value, isValueOptional }: ManualOption): string {
  const flags = names.map((name) => `Fl ${word(name.slice(1))}`).join(' , ');
  if (value === null) return `.It ${flags}`;
  const of = `Ar ${value.split(' ').map(word).join(' ')}`;
  return isValueOptional ? `.It ${flags} Op ${of}` : `.It ${flags} ${of}`;
}

function crossReferences(names: readonly string[]): readonly string[] {
  const sorted = names.toSorted();
  return sorted.map((name, index) => `.Xr ${name} 1${index < sorted.length - 1 ? ' ,' : ''}`);
}

function title(heading: string): string {
  return heading.split(' ').map(word).join(' ');
}

/** A word behind a macro, which must not be taken for one. */
function word(plain: string): string {
  return `\\&${escaped(plain)}`;
}

function text(line: string): string {
  return notMacro(escaped(line));
}

/** A line of text, which must not be taken for a macro. */
function notMacro(line: string): string {
  return line.startsWith('.') ? `\\&${line}` : line;
}

function escaped(plain: string): string {
  return plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '\\(ga')
    .replaceAll("'", '\\(aq')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll('"', '\\(dq')
    .replaceAll(/[^\x20-\x7e]/gu, (character) => `\\[u${codeOf(character)}]`);
}

/** As groff names a character: four hexadecimal digits or more. */
function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

import {
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

/** A value of a YAML text and where it stands. */
export type YamlNode = Node;

/** A part of a text that is to be another one; where it begins and ends at one place, something is put in there. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A YAML text that is edited in place: all that no edit names stays as it was typed, to the blank. */
export interface EditedYaml {
  readonly text: string;
  readonly top: Node | null;
  readonly lineEnd: '\n' | '\r\n';
}

/** The text must be one that the reader takes. */
export function openEdited(text: string): EditedYaml {
  const document: Document.Parsed = parseDocument(text, {
    schema: 'failsafe',
    prettyErrors: false,
    logLevel: 'silent',
  });
  return { text, top: document.contents, lineEnd: text.includes('\r\n') ? '\r\n' : '\n' };
}

/** The value under a key of a mapping; null where it is none, or lacks the key. */
export function valueAt(node: Node | null | undefined, key: string): Node | null {
  if (!isMap<Node, Node | null>(node)) return null;
  return node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key)?.value ?? null;
}

/** The elements of a list; none for anything else. */
export function elementsOf(node: Node | null): readonly Node[] {
  return isSeq<Node | null>(node) ? node.items.filter((item) => item !== null) : [];
}

/** The text of a scalar; null for anything else. */
export function scalarText(node: Node | null): string | null {
  return isScalar(node) ? String(node.value) : null;
}

/** Puts another text in the place of a scalar. */
export function replaceScalar(node: Node, text: string): Edit {
  const [start = 0, end = start] = node.range ?? [];
  return { start, end, text: yamlWord(text) };
}

/** An element as it is put into a list: keys and values on one line, or lines of a list of blocks only. */
export interface NewElement {
  readonly pairs: readonly (readonly [key: string, value: string])[];
  /** What is said behind it, where a comment can stand. */
  readonly comment: string | null;
}

/** Puts elements behind the last one of a list; null where the list cannot be added to, as one that is an alias. */
export function appendElements(
  file: EditedYaml,
  node: Node | null,
  elements: readonly NewElement[],
): Edit | null {
  if (!isSeq<Node | null>(node)) return null;
  if (node.flow === true) return appendToFlow(node, elements);
  const last = node.items.at(-1);
  if (last?.range === null || last?.range === undefined) return null;
  const indent = dashIndent(file.text, last.range[0]);
  if (indent === null) return null;
  return linesBehind(
    file,
    last.range[1],
    elements.map((element) => indent + elementLine(element)),
  );
}

/** Puts whole lines behind the last element of a list of blocks, indented as its elements are. */
export function appendLines(file: EditedYaml, node: Node | null, lines: readonly string[]): Edit | null {
  if (!isSeq<Node | null>(node) || node.flow === true) return null;
  const last = node.items.at(-1);
  if (last?.range === null || last?.range === undefined) return null;
  const indent = dashIndent(file.text, last.range[0]);
  return indent === null
    ? null
    : linesBehind(
        file,
        last.range[1],
        lines.map((line) => indent + line),
      );
}

/** Puts a key and its value into a mapping, behind all others, or behind the key `after`. */
export function addPair(
  file: EditedYaml,
  node: Node | null,
  [key, value]: readonly [string, string],
  after?: string,
): Edit | null {
  const place = placeBehind(node, after);
  if (place === null) return null;
  const text = `${key}: ${yamlWord(value)}`;
  if (place.map.flow === true) return { start: place.end, end: place.end, text: `, ${text}` };
  return linesBehind(file, place.end, [keyIndent(file.text, place.map) + text]);
}

/** Puts a key with a list of elements into a mapping. */
export function addList(
  file: EditedYaml,
  node: Node | null,
  key: string,
  elements: readonly NewElement[],
): Edit | null {
  const place = placeBehind(node);
  if (place === null) return null;
  if (place.map.flow === true) {
    const text = `, ${key}: [${elements.map((element) => flowText(element)).join(', ')}]`;
    return { start: place.end, end: place.end, text };
  }
  const indent = keyIndent(file.text, place.map);
  const lines = elements.map((element) => `${indent}  ${elementLine(element)}`);
  return linesBehind(file, place.end, [`${indent}${key}:`, ...lines]);
}

/** Takes a whole line out, with its end. */
export function dropLine(text: string, offset: number): Edit {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return { start, end: end < 0 ? text.length : end + 1, text: '' };
}

/** The text with all edits; those at one place come in the order in which they are given. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = edits
    .map((edit, index) => ({ ...edit, index }))
    .sort((a, b) => a.start - b.start || a.index - b.index);
  let result = '';
  let at = 0;
  for (const edit of ordered) {
    result += text.slice(at, Math.max(at, edit.start)) + edit.text;
    at = Math.max(at, edit.end);
  }
  return result + text.slice(at);
}

/** `- { cubby: 14, host: 'fd00::1' } # comment`. */
export function elementLine(element: NewElement): string {
  return `- ${flowText(element)}${element.comment === null ? '' : ` # ${element.comment}`}`;
}

/** `{ cubby: 14, host: 'fd00::1' }`. */
export function flowText({ pairs }: Pick<NewElement, 'pairs'>): string {
  return `{ ${pairs.map(([key, value]) => `${key}: ${/^[[{]/.test(value) ? value : yamlWord(value)}`).join(', ')} }`;
}

/** A text as YAML reads it again: plain where that is safe, else in single quotes. */
export function yamlWord(text: string): string {
  return /^[A-Za-z0-9_][A-Za-z0-9_./-]*$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

function appendToFlow(node: YAMLSeq<Node | null>, elements: readonly NewElement[]): Edit | null {
  const texts = elements.map((element) => flowText(element)).join(', ');
  const last = node.items.at(-1);
  if (last?.range !== null && last?.range !== undefined) {
    return { start: last.range[1], end: last.range[1], text: `, ${texts}` };
  }
  const start = node.range?.[0];
  return start === undefined ? null : { start: start + 1, end: start + 1, text: texts };
}

function placeBehind(
  node: Node | null,
  after?: string,
): { readonly map: YAMLMap<Node, Node | null>; readonly end: number } | null {
  if (!isMap<Node, Node | null>(node)) return null;
  const named = node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === after);
  const pair: Pair<Node, Node | null> | undefined = named ?? node.items.at(-1);
  const end = pair?.value?.range?.[1];
  return end === undefined ? null : { map: node, end };
}

/** New lines behind the line in which something ends, with what stands behind it there. */
function linesBehind({ text, lineEnd }: EditedYaml, offset: number, lines: readonly string[]): Edit {
  // A block of lines ends behind its last line end.
  const from = offset > 0 && text.charAt(offset - 1) === '\n' ? offset - 1 : offset;
  const newline = text.indexOf('\n', from);
  const whole = lines.map((line) => line + lineEnd).join('');
  return newline < 0
    ? { start: text.length, end: text.length, text: lineEnd + whole }
    : { start: newline + 1, end: newline + 1, text: whole };
}

/** The blanks before the dash of an element of a list of blocks. */
function dashIndent(text: string, offset: number): string | null {
  for (let end = offset; end >= 0;) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const match = /^( *)-(?=\s|$)/.exec(text.slice(start, Math.max(end, start + 1) + 1));
    if (match !== null) return match[1] ?? '';
    if (start === 0) return null;
    end = start - 1;
  }
  return null;
}

/** The blanks before the keys of a mapping in a block; its first key may stand behind a dash. */
function keyIndent(text: string, map: YAMLMap<Node, Node | null>): string {
  const start = map.items[0]?.key.range?.[0] ?? 0;
  return ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
}

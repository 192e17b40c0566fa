import { Pair, Scalar, YAMLMap, YAMLSeq, type Node } from 'yaml';

/** One line of content, without its comment and its line end. */
interface Line {
  /** Where it begins, its indentation left out. */
  readonly start: number;
  readonly end: number;
  readonly indent: number;
}

/** What is read, and how far. */
interface Cursor {
  readonly text: string;
  readonly lines: readonly Line[];
  line: number;
  at: number;
}

/** What is not plain ends the reading. */
const NOT_PLAIN = new Error('not plain YAML');

const MOST_DEEP = 20;
/** A key that stands farther from its colon is none. */
const LONGEST_LINE = 1_000;

/** A word that begins and holds nothing that YAML could take for something else; blanks within a text are its own. */
const WORD = /[A-Za-z0-9_./~$](?:[A-Za-z0-9_./~$@%+=-]|:(?=[A-Za-z0-9_./:])| +(?=[A-Za-z0-9_./~$]))*/y;
const QUOTED = /"[^"\\\n]*"|'[^'\n]*'/y;
const COLON = /: +(?=[^ ])|:$/my;
const BLANKS = / */y;

/**
 * Reads YAML of the plainest kind, in which inventories of thousands of sleds are written: keys and lists by
 * indentation, `{ key: value, … }` and `[a, …]` on one line, words, simple quotes, comments. Gives the nodes that the
 * library gives, each with where it begins, ten times as fast; null for everything else. What that means the library
 * decides.
 */
export function readPlainYaml(text: string): Node | null {
  // Other blanks and line ends than this file knows, and the end of a document.
  if (/[\0\t\r\u0085\u2028\u2029\ufeff]|^\.\.\./m.test(text)) return null;
  try {
    const lines = linesOf(text);
    const [first] = lines;
    if (first === undefined) return null;
    const cursor: Cursor = { text, lines, line: 0, at: first.start };
    const node = readBlock(cursor, first.indent, 0);
    return cursor.line === lines.length ? node : null;
  } catch (error) {
    if (error === NOT_PLAIN) return null;
    throw error;
  }
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let from = 0; from < text.length;) {
    const next = text.indexOf('\n', from);
    const stop = next < 0 ? text.length : next;
    let start = from;
    while (start < stop && text.charAt(start) === ' ') start++;
    if (stop - from > LONGEST_LINE) throw NOT_PLAIN;
    if (start < stop && text.charAt(start) !== '#') lines.push({ start, end: stop, indent: start - from });
    from = stop + 1;
  }
  return lines;
}

/** The keys or the list whose entries have this indentation, from the cursor on. */
function readBlock(cursor: Cursor, indent: number, depth: number): Node {
  if (depth > MOST_DEEP) throw NOT_PLAIN;
  return isDash(cursor) ? readBlockList(cursor, indent, depth) : readBlockMap(cursor, indent, depth);
}

function isDash({ text, at }: Cursor): boolean {
  return text.charAt(at) === '-' && text.charAt(at + 1) === ' ';
}

function readBlockList(cursor: Cursor, indent: number, depth: number): Node {
  const list = new YAMLSeq<Node>();
  list.range = rangeAt(cursor.at);
  do {
    const dash = cursor.at;
    cursor.at += 1;
    skip(cursor, BLANKS);
    const column = indent + (cursor.at - dash);
    if (isDash(cursor)) throw NOT_PLAIN;
    list.items.push(isKeyNext(cursor) ? readBlockMap(cursor, column, depth + 1) : readValue(cursor, indent));
  } while (isEntry(cursor, indent) && isDash(cursor));
  return list;
}

function readBlockMap(cursor: Cursor, indent: number, depth: number): Node {
  const map = new YAMLMap<Node, Node>();
  map.range = rangeAt(cursor.at);
  do {
    const key = readWord(cursor);
    const colon = take(cursor, COLON);
    const isNested = colon === ':' || cursor.text.charAt(cursor.at) === '#';
    map.items.push(new Pair(key, isNested ? readNested(cursor, indent, depth) : readValue(cursor, indent)));
  } while (isEntry(cursor, indent) && !isDash(cursor));
  return map;
}

/** What stands below a key: deeper, or a list at its own indentation. */
function readNested(cursor: Cursor, indent: number, depth: number): Node {
  const next = nextLine(cursor);
  if (next === null || next.indent < indent || (next.indent === indent && !isDash(cursor))) {
    throw NOT_PLAIN;
  }
  return readBlock(cursor, next.indent, depth + 1);
}

/** A value that ends with its line: the next one is not a part of it. */
function readValue(cursor: Cursor, indent: number): Node {
  const node = readFlow(cursor, 0);
  const next = nextLine(cursor);
  if (next !== null && next.indent > indent) throw NOT_PLAIN;
  return node;
}

/** Whether the cursor, at the beginning of a line, is at one more entry. A line between two indentations is none. */
function isEntry(cursor: Cursor, indent: number): boolean {
  const line = cursor.lines[cursor.line];
  if (line === undefined || line.indent < indent) return false;
  if (line.indent > indent) throw NOT_PLAIN;
  return true;
}

function isKeyNext(cursor: Cursor): boolean {
  const { text, at } = cursor;
  WORD.lastIndex = at;
  if (!WORD.test(text)) return false;
  COLON.lastIndex = WORD.lastIndex;
  return COLON.test(text);
}

/** A word, a quoted text, or `{…}` or `[…]` on this line. */
function readFlow(cursor: Cursor, depth: number): Node {
  if (depth > MOST_DEEP) throw NOT_PLAIN;
  switch (cursor.text.charAt(cursor.at)) {
    case '{':
      return readFlowMap(cursor, depth);
    case '[':
      return readFlowList(cursor, depth);
    case '"':
    case "'": {
      const start = cursor.at;
      return scalar(take(cursor, QUOTED).slice(1, -1), start);
    }
    default:
      return readWord(cursor);
  }
}

function readFlowMap(cursor: Cursor, depth: number): Node {
  const map = new YAMLMap<Node, Node>();
  map.range = rangeAt(cursor.at);
  eachUntil(cursor, '}', () => {
    const key = readWord(cursor);
    if (take(cursor, COLON) === ':') throw NOT_PLAIN;
    map.items.push(new Pair(key, readFlow(cursor, depth + 1)));
  });
  return map;
}

function readFlowList(cursor: Cursor, depth: number): Node {
  const list = new YAMLSeq<Node>();
  list.range = rangeAt(cursor.at);
  eachUntil(cursor, ']', () => list.items.push(readFlow(cursor, depth + 1)));
  return list;
}

/** The elements between brackets: one or more. */
function eachUntil(cursor: Cursor, bracket: string, readOne: () => void): void {
  for (;;) {
    cursor.at += 1;
    skip(cursor, BLANKS);
    readOne();
    skip(cursor, BLANKS);
    const sign = cursor.text.charAt(cursor.at);
    if (sign === ',') continue;
    if (sign !== bracket) throw NOT_PLAIN;
    cursor.at += 1;
    return;
  }
}

/** To the next line, with nothing but a comment before it; null at the end. */
function nextLine(cursor: Cursor): Line | null {
  const { text, lines } = cursor;
  const end = lines[cursor.line]?.end ?? text.length;
  const from = cursor.at;
  skip(cursor, BLANKS);
  const isComment = text.charAt(cursor.at) === '#' && (cursor.at > from || text.charAt(from - 1) === ' ');
  if (cursor.at !== end && !isComment) throw NOT_PLAIN;
  cursor.line += 1;
  const next = lines[cursor.line] ?? null;
  cursor.at = next?.start ?? text.length;
  return next;
}

function readWord(cursor: Cursor): Scalar {
  const start = cursor.at;
  return scalar(take(cursor, WORD), start);
}

function scalar(text: string, at: number): Scalar {
  const node = new Scalar(text);
  node.range = rangeAt(at);
  return node;
}

/** Nobody asks where a node ends. */
function rangeAt(at: number): [number, number, number] {
  return [at, at, at];
}

function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  const [found] = pattern.exec(cursor.text) ?? [];
  if (found === undefined) throw NOT_PLAIN;
  cursor.at += found.length;
  return found;
}

function skip(cursor: Cursor, pattern: RegExp): void {
  take(cursor, pattern);
}

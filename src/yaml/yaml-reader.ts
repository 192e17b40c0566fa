import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node } from 'yaml';
import { withoutUserinfo } from '../model/userinfo.ts';
import { nearest } from './nearest.ts';
import type { Found, Place, Problem } from './problem.ts';
import { syntaxProblem } from './syntax-problem.ts';
import type { TextSchema, TextValue } from './text-schema.ts';

/**
 * One YAML text while it is read. Every scalar is the text that the file shows, so that `id: 03`, `serial: 1e10` and
 * `host_key: off` mean what they look like. The functions below add to `problems` what they cannot take and go on.
 */
export interface Reader {
  readonly document: Document;
  readonly problems: Problem[];
  readonly lineAndColumn: (offset: number) => string;
}

/** A node of the file, its alias followed. */
export interface Value {
  readonly node: Node | null;
  readonly place: Place;
}

/** Nodes that the aliases of one file may stand for. */
const MOST_ALIASED = 50_000;

/** Reads the text of one YAML document; null where its syntax is broken, and `problems` says how. */
export function readYaml(
  text: string,
  problems: Problem[],
  lineAndColumn: (offset: number) => string,
): { reader: Reader; top: Value } | null {
  const document = parse(text);
  if (document === null) {
    problems.push({ place: { path: '', offset: 0 }, text: 'found lists or keys nested too deep to be read' });
    return null;
  }
  for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
    problems.push({ place: { path: '', offset: pos[0] }, text: syntaxProblem(code, message) });
  }
  if (problems.length > 0) return null;
  const reader: Reader = { document, problems, lineAndColumn };
  // Without a star there is no alias, and nothing to count in files of thousands of sleds.
  if (text.includes('*') && aliasedNodes(document) > MOST_ALIASED) {
    const text = `found aliases (*name) that stand for more than ${MOST_ALIASED} values, allowed are fewer: write them out`;
    report(reader, { path: '', offset: 0 }, text);
    return null;
  }
  return { reader, top: follow(reader, document.contents, { path: '', offset: 0 }) };
}

/** Adds one problem; a second one at the same place follows from the first and is left out. */
export function report(reader: Reader, place: Place, text: string): void {
  if (reader.problems.some((p) => p.place.offset === place.offset && p.place.path === place.path)) return;
  reader.problems.push({ place, text });
}

/** The keys of a mapping and their values; null for anything else. `what` names what is allowed here. */
export function readPairs(reader: Reader, value: Value, what: string): Map<string, Found<Value>> | null {
  const { node, place } = value;
  if (!isMap<Node, Node | null>(node)) {
    report(reader, place, `found ${described(node)}, allowed is ${what}`);
    return null;
  }
  const pairs = new Map<string, Found<Value>>();
  for (const pair of node.items) {
    const offset = pair.key.range?.[0] ?? place.offset;
    if (!isScalar(pair.key)) {
      report(
        reader,
        { path: place.path, offset },
        `found ${described(pair.key)} as a key, allowed is a plain word`,
      );
      continue;
    }
    const key = String(pair.key.value);
    const word = pathWord(key);
    const keyPlace = { path: place.path === '' ? word : `${place.path}.${word}`, offset };
    const first = pairs.get(key);
    if (first !== undefined) {
      const at = reader.lineAndColumn(first.place.offset);
      report(reader, keyPlace, `found the key a second time, allowed is once; the first is at ${at}`);
      continue;
    }
    pairs.set(key, { value: follow(reader, pair.value, keyPlace), place: keyPlace });
  }
  return pairs;
}

/** The pairs of a mapping whose keys are known; a key that is not is a problem, with the nearest that is. */
export function readKnown(
  reader: Reader,
  value: Value,
  known: readonly string[],
  what: string,
): Map<string, Value> | null {
  const pairs = readPairs(reader, value, what);
  if (pairs === null) return null;
  const values = new Map<string, Value>();
  for (const [key, pair] of pairs) {
    if (known.includes(key)) {
      values.set(key, pair.value);
    } else if (key === '<<') {
      report(reader, pair.place, 'found a merge key, which is not read; write the keys out, or use defaults');
    } else {
      const [near] = nearest(key, known);
      const hint = near === undefined ? '' : `did you mean ${near}? `;
      report(reader, pair.place, `found an unknown key, ${hint}allowed is ${known.join(', ')}`);
    }
  }
  return values;
}

/** The elements of a list; null for anything else. */
export function readList(reader: Reader, value: Value, what: string): readonly Value[] | null {
  const { node, place } = value;
  if (!isSeq<Node | null>(node)) {
    report(reader, place, `found ${described(node)}, allowed is ${what}`);
    return null;
  }
  return node.items.map((item, i) =>
    follow(reader, item, { path: `${place.path}[${i}]`, offset: place.offset }),
  );
}

/**
 * A text or a list of texts through a schema; undefined where it does not fit.
 * `show` is how a text that does not fit is told, for texts that may hold a secret.
 */
export function read<T>(
  reader: Reader,
  value: Value | undefined,
  schema: TextSchema<T>,
  show: (text: string) => string = shown,
): Found<T> | undefined {
  if (value === undefined) return undefined;
  const fit = schema.fit(plain(value.node));
  if (fit.fits) return { value: fit.value, place: value.place };
  for (const { allowed, index } of fit.misfits) {
    const part = isSeq<Node | null>(value.node) && index !== null ? value.node.items[index] : undefined;
    const at = part === undefined ? '' : `[${String(index)}]`;
    const place = { path: value.place.path + at, offset: part?.range?.[0] ?? value.place.offset };
    report(reader, place, `found ${described(part ?? value.node, show)}, allowed is ${allowed}`);
  }
  return undefined;
}

/** Whether a value is one text, or nothing: neither a list nor keys and values. */
export function isText({ node }: Value): boolean {
  return node === null || isScalar(node);
}

/** A key that is not there, at the place of what should hold it. */
export function missing(holder: Value, key: string): Value {
  const { path, offset } = holder.place;
  return { node: null, place: { path: path === '' ? key : `${path}.${key}`, offset } };
}

/** What stands in the file, in a few words: `44`, `"two words"`, `nothing`, `a list`. */
function described(node: Node | null, show = shown): string {
  if (isSeq(node)) return 'a list';
  if (isMap(node)) return 'keys and values';
  const text = isScalar(node) ? String(node.value) : '';
  return text === '' ? 'nothing' : show(text);
}

/**
 * A text of the file in an error message: on one line, of bounded length, quoted where it would be unclear, and without
 * what may be the password of a URL.
 */
export function shown(text: string): string {
  const open = withoutUserinfo(text);
  const short = open.length > 60 ? `${open.slice(0, 57)}...` : open;
  return /^[\w.:/@%+~$*?[\]{}-]+$/.test(short) ? short : JSON.stringify(short);
}

/** A key in a path. A URL that was cut in two by a comma or a missing space becomes a key, with its password in it. */
function pathWord(key: string): string {
  return /[@\p{Cc}]|:\/\//u.test(key) ? '(not shown)' : key;
}

/** The text of a value that is one; empty where it is nothing, a list or keys and values. */
export function textOf({ node }: Value): string {
  return isScalar(node) ? String(node.value) : '';
}

function plain(node: Node | null): TextValue {
  if (isScalar(node)) return String(node.value);
  if (isSeq<Node | null>(node)) return node.items.map((item) => (isScalar(item) ? String(item.value) : null));
  return null;
}

function follow(reader: Reader, node: Node | null, place: Place): Value {
  const at = { path: place.path, offset: node?.range?.[0] ?? place.offset };
  if (!isAlias(node)) return { node, place: at };
  const target = node.resolve(reader.document);
  if (target === undefined) {
    report(
      reader,
      at,
      `found *${node.source}, allowed is the name of an anchor (&${node.source}) that comes before it`,
    );
  }
  return { node: target ?? null, place: at };
}

function parse(text: string): Document.Parsed | null {
  try {
    return parseDocument(text, {
      schema: 'failsafe',
      prettyErrors: false,
      uniqueKeys: false,
      merge: false,
      // 'silent' would also be silent about a second document.
      logLevel: 'error',
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** How many nodes the aliases of a document stand for; infinite where one stands for itself. Takes linear time. */
function aliasedNodes(document: Document): number {
  const sizes = new Map<Node, number>();
  let aliased = 0;
  const size = (node: unknown): number => {
    if (isAlias(node)) {
      const target = node.resolve(document);
      const length = target === undefined ? 1 : (sizes.get(target) ?? Number.POSITIVE_INFINITY);
      aliased += length;
      return length;
    }
    let total = 1;
    if (isMap(node)) for (const { key, value } of node.items) total += size(key) + size(value);
    if (isSeq(node)) for (const item of node.items) total += size(item);
    if (isMap(node) || isSeq(node) || isScalar(node)) sizes.set(node, total);
    return total;
  };
  size(document.contents);
  return aliased;
}

import { isJsonObject, readJson, type JsonObject, type JsonValue } from '../parse/json-lines.ts';
import { MOST_ROWS } from '../parse/limits.ts';
import { linesOf } from '../parse/lines.ts';

/** Objects of a text, and the text without them. */
export interface JsonText {
  readonly objects: readonly JsonObject[];
  /** The lines that are of no object; one that was begun and did not end is here. */
  readonly rest: string;
  /** Objects after as many as are kept. */
  readonly leftOut: number;
}

/**
 * The JSON objects of a text: one a line, printed over several lines as `jq` does, or in an array, also one that was cut.
 * Each line is looked at a few times at most, whatever the text holds.
 */
export function jsonValues(text: string): JsonText {
  const objects: JsonObject[] = [];
  const rest: string[] = [];
  let leftOut = 0;
  let opened = 0;
  const { lines, lastIsOpen } = linesOf(text);
  for (let i = 0; i < lines.length;) {
    const value = startsValue(lines[i] ?? '') ? endOfValue(lines, i) : { next: i + 1, isWhole: false };
    const isOpenArray = !value.isWhole && (lines[i] ?? '').trim() === '[' && opened < MOST_OPENED;
    if (isOpenArray) opened++;
    const { next, isWhole } = isOpenArray ? { next: i + 1, isWhole: false } : value;
    const taken = lines.slice(i, next);
    const found = isWhole ? objectsIn(readJson(withoutComma(taken.join('\n')))) : null;
    if (found === null) for (const each of taken) rest.push(each);
    for (const object of found ?? []) {
      if (objects.length < MOST_ROWS) objects.push(object);
      else leftOut++;
    }
    i = next;
  }
  return { objects, rest: rest.length === 0 ? '' : rest.join('\n') + (lastIsOpen ? '' : '\n'), leftOut };
}

/** Arrays without an end whose elements are read one by one: a text is cut once, and one of many could be looked at often. */
const MOST_OPENED = 8;

function startsValue(line: string): boolean {
  return /^\s*[[{]/.test(line);
}

/** Elements of an array that were copied without it end with one. */
function withoutComma(text: string): string {
  return text.trimEnd().endsWith('},') ? text.trimEnd().slice(0, -1) : text;
}

/** The objects of a value; null where it is none, nor a list of them. */
function objectsIn(value: JsonValue | undefined): readonly JsonObject[] | null {
  if (isJsonObject(value)) return [value];
  if (!Array.isArray(value)) return null;
  const objects = value.filter((each) => isJsonObject(each));
  return objects.length === value.length ? objects : null;
}

/** Lines of one value that is printed over several; a record of today has 60. */
const MOST_LINES = 100_000;

/**
 * The line after the value that begins in line `start`, or after as much of one as there is: a line that cannot be within
 * it, such as the beginning of the next object, ends one that was cut.
 */
function endOfValue(
  lines: readonly string[],
  start: number,
): { readonly next: number; readonly isWhole: boolean } {
  const open: string[] = [];
  const end = Math.min(lines.length, start + MOST_LINES);
  const outermost = indentOf(lines[start] ?? '');
  for (let i = start; i < end; i++) {
    const line = (lines[i] ?? '').trim();
    const isNext =
      startsValue(line) && indentOf(lines[i] ?? '') <= outermost && !(open.length === 1 && open[0] === '[');
    if (i > start && (isNext || !mayBeWithin(line, open.at(-1)))) return { next: i, isWhole: false };
    if (!follow(line, open)) return { next: i + 1, isWhole: false };
    if (open.length === 0) return { next: i + 1, isWhole: true };
  }
  return { next: end, isWhole: false };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Whether a line of printed JSON may stand within this bracket. */
function mayBeWithin(line: string, bracket: string | undefined): boolean {
  return bracket === '{' ? /^(?:["}]|$)/.test(line) : /^(?:["{}[\]\dtfn-]|$)/.test(line);
}

/** Opens and closes the brackets of a line, outside of its texts; false where they do not fit. */
function follow(line: string, open: string[]): boolean {
  let inText = false;
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i);
    if (inText && character === '\\') i++;
    else if (character === '"') inText = !inText;
    else if (inText) continue;
    else if (character === '{' || character === '[') open.push(character);
    else if (character === '}' || character === ']') {
      if (open.pop() !== (character === '}' ? '{' : '[')) return false;
    }
  }
  return !inText;
}

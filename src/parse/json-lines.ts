import type { Issue } from '../model/issue.ts';
import { readChatter } from './chatter.ts';
import { MOST_OTHER_LINES, MOST_ROWS } from './limits.ts';
import { createIssueLog, eachLine, isBlank, isTooLong } from './lines.ts';
import { createUnreadableLog } from './unreadable.ts';

/** A JSON value. An integer past 2^53 is a string of its digits, so that it is exact. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export interface JsonLines {
  readonly values: readonly JsonObject[];
  readonly issues: readonly Issue[];
  readonly other: readonly string[];
}

/**
 * Reads one JSON object a line. A line of another kind is `other` (a prompt, a note of dtrace) or an issue; so is an
 * object whose `error` says that the sled could not read a report: it is kept among the values, and its text is said
 * once, with how often it came.
 */
export function parseJsonLines(text: string): JsonLines {
  const values: JsonObject[] = [];
  const other: string[] = [];
  const log = createIssueLog();
  const unreadable = createUnreadableLog();
  for (const { line } of eachLine(text)) {
    if (isBlank(line) || isTooLong(line, log)) continue;
    const value = readJson(line);
    if (isJsonObject(value)) {
      if (values.length >= MOST_ROWS) {
        log.addLine(`a report after the first ${MOST_ROWS}`, line);
        continue;
      }
      values.push(value);
      const error = value['error'] ?? value['err'];
      if (typeof error === 'string') unreadable.add(value['zone'], value['pid'], error);
      continue;
    }
    const chatter = readChatter(line);
    if (chatter === null) log.addLine('a line that is not a JSON object', line);
    else if (chatter.length > 0) for (const issue of chatter) log.add(issue.code, issue.message);
    else if (other.length < MOST_OTHER_LINES) other.push(line);
  }
  return { values, issues: [...unreadable.all(), ...log.all()], other };
}

/** The JSON value of a line that begins with a bracket; undefined where it holds none. */
export function readJson(line: string): JsonValue | undefined {
  const text = line.trim();
  const isObject = text.startsWith('{') && text.endsWith('}');
  const isList = text.startsWith('[') && text.endsWith(']');
  if ((!isObject && !isList) || isNestedTooDeep(text)) return undefined;
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON.parse gives nothing but these
    return JSON.parse(withLongIntegersQuoted(text)) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Levels of a record of Crucible, ten times over; what writes JSON again calls itself for each of them. */
const MOST_LEVELS = 64;

/** Whether brackets are nested deeper than a value may be. */
function isNestedTooDeep(text: string): boolean {
  if (hasFewBrackets(text)) return false;
  let level = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    level += bracket === '{' || bracket === '[' ? 1 : -1;
    if (level > MOST_LEVELS) return true;
  }
  return false;
}

/** Fewer than would be too many if each stood in the one before; a report has some thirty. */
function hasFewBrackets(text: string): boolean {
  let left = MOST_LEVELS;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) left -= 1;
    if (left < 0) return false;
  }
  return true;
}

/** What may be an integer of 16 digits or more: what is shorter is exact. */
const LONG_INTEGER = /-?[1-9]\d{15,}/g;

/**
 * Quotes integers that a number cannot hold. A text that is not JSON does not become JSON by it: a string may stand where
 * such a number does, and nowhere else.
 */
function withLongIntegersQuoted(text: string): string {
  const isInString = stringsOf(text);
  return text.replaceAll(LONG_INTEGER, (digits, at: number) => {
    const isExact = Number.isSafeInteger(Number(digits));
    return isExact || !isValue(text, at, digits.length) || isInString(at) ? digits : `"${digits}"`;
  });
}

/** Whether so many characters of a JSON text are the whole of a value in an object or a list, or stand in a string. */
function isValue(text: string, at: number, length: number): boolean {
  let [before, after] = [at - 1, at + length];
  while (isSpace(text[before])) before -= 1;
  while (isSpace(text[after])) after += 1;
  return /[:,[]/.test(text[before] ?? '') && /[,}\]]/.test(text[after] ?? '');
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && ' \t\n\r'.includes(character);
}

/** Tells of places in a JSON text, which are asked for in their order, whether they are in a string. */
function stringsOf(text: string): (at: number) => boolean {
  let [quotes, next] = [0, text.indexOf('"')];
  return (at) => {
    while (next !== -1 && next < at) {
      // A backslash stands only in strings, where it and what follows are one character.
      if (!isEscaped(text, next)) quotes += 1;
      next = text.indexOf('"', next + 1);
    }
    return quotes % 2 === 1;
  };
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { isJsonObject, type JsonObject, type JsonValue } from '../parse/json-lines.ts';
import { quoteLine } from '../parse/quote-line.ts';
import { jsonValues } from './json-values.ts';

const NOTE = /^(?:note|warn|warning|error):\s/i;

/** The objects of a text, those of lists too, and its lines that are of none. */
export function objectsOf(text: string): {
  readonly objects: readonly JsonObject[];
  readonly doubts: readonly string[];
} {
  const { objects, rest, leftOut } = jsonValues(text);
  const lines = rest
    .split('\n')
    .filter((line) => line.trim() !== '' && line.trim() !== '[]' && !NOTE.test(line.trim()));
  const [first] = lines;
  const doubts =
    first === undefined
      ? []
      : [`${lines.length} lines are not whole JSON, so that it was cut: ${quoteLine(first)}`];
  if (leftOut > 0) doubts.push(`${leftOut} more objects are left out: it is too large`);
  return { objects, doubts };
}

/** The object under a key; an empty one where there is none. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

/** The objects of the list under a key; null where there is no such list. */
export function listAt(object: JsonObject, key: string): readonly JsonObject[] | null {
  const value: JsonValue | undefined = object[key];
  return Array.isArray(value) ? value.filter((each) => isJsonObject(each)) : null;
}

/** A value in a few words. */
export function shown(value: JsonValue | undefined): string {
  return value === undefined || value === null
    ? 'unknown'
    : quoteLine(typeof value === 'string' ? value : JSON.stringify(value));
}

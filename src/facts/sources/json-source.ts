import { isJsonObject, type JsonObject } from '../../parse/json-lines.ts';
import { listAt, objectsOf } from '../../pasted/json-objects.ts';
import type { Fact } from '../fact.ts';
import type { FactSource } from '../source.ts';

/** A source that is a list of objects of one kind, pages of it, or one of them. */
export function jsonSource(
  about: Pick<FactSource, 'help' | 'looks'>,
  isOne: (object: JsonObject) => boolean,
  read: (object: JsonObject) => readonly Fact[] | null,
): FactSource {
  return {
    ...about,
    recognises: (text) => itemsOf(objectsOf(text).objects).some(isOne),
    read: (text) => {
      const { objects, doubts } = objectsOf(text);
      const issues = [...doubts, ...pageDoubts(objects)];
      const items = itemsOf(objects);
      const strange = items.filter((item) => !isOne(item)).length;
      if (strange > 0) issues.push(`${strange} objects are of another kind`);
      const facts = items.filter(isOne).flatMap((item) => {
        const found = read(item);
        if (found === null) issues.push('an object without an id that is a UUID');
        return found ?? [];
      });
      return { facts, issues };
    },
  };
}

/** Pages of a list hold their objects under `items`. */
function itemsOf(objects: readonly JsonObject[]): readonly JsonObject[] {
  return objects.flatMap((object) => listAt(object, 'items') ?? [object]);
}

/** Pages come one behind the other; the last one says whether there is a next. */
function pageDoubts(objects: readonly JsonObject[]): readonly string[] {
  const pages = objects.filter((object) => Array.isArray(object['items']));
  const next = pages.at(-1)?.['next_page'];
  return next === undefined || next === null ? [] : ['its last page names a next one, which is not here'];
}

/** Whether an object has all of these fields. */
export function hasFields(object: JsonObject, names: readonly string[]): boolean {
  return isJsonObject(object) && names.every((name) => name in object);
}

/** Words for people, which may be put better from version to version. What programs rely on stands beside them. */
const FOR_PEOPLE = new Set(['message', 'headline', 'unknown']);

/**
 * Where a value does not say any more what it said before, a line each with its place; empty where it does. Keys may
 * come, and words for people may change: that is what `report/v1` and its like promise.
 */
export function differences(before: unknown, after: unknown, place = ''): readonly string[] {
  if (Array.isArray(before) && Array.isArray(after)) {
    if (place.endsWith('warnings')) {
      // More may be said of an answer than was said before.
      return before.filter((each) => !after.includes(each)).map((each) => `${place}: gone: ${String(each)}`);
    }
    if (before.length !== after.length) return [`${place}: ${before.length} items, now ${after.length}`];
    return before.flatMap((each, index) => differences(each, after[index], `${place}[${index}]`));
  }
  if (isObject(before) && isObject(after)) {
    return Object.entries(before).flatMap(([key, value]) => {
      const at = place === '' ? key : `${place}.${key}`;
      if (!Object.hasOwn(after, key)) return [`${at}: gone`];
      const now = after[key];
      const isText = typeof value === 'string' && typeof now === 'string';
      return isText && FOR_PEOPLE.has(key) ? [] : differences(value, now, at);
    });
  }
  return Object.is(before, after)
    ? []
    : [`${place}: was ${JSON.stringify(before)}, is ${JSON.stringify(after)}`];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { isJsonObject, type JsonObject } from '../../parse/json-lines.ts';
import { cubbyOf, NOTHING_SEEN, serialOf } from '../seen-sled.ts';
import type { Source } from '../source.ts';
import { objectAt, objectsOf, shown } from '../../pasted/json-objects.ts';
import { readObjects } from './json-source.ts';

/** Serial and cubby, by serial; each value may be null. */
export const sledInfo: Source = {
  help: 'sled_info.json of a support bundle: cubbies and serials',
  looks: 'JSON with a cubby and a uuid under each serial',
  recognises: (text) => objectsOf(text).objects.some(isSledInfo),
  read: (text) => {
    const { objects, doubts } = objectsOf(text);
    const wrong = objects.filter((object) => !isSledInfo(object) && Object.keys(object).length > 0);
    const entries = objects
      .filter(isSledInfo)
      .flatMap((object) => Object.keys(object).map((key) => ({ object, key })));
    const unread = wrong.length === 0 ? [] : ['an object whose keys are not serials: not sled_info.json'];
    return readObjects(
      entries.map(({ object, key }) => ({ serial: key, ...objectAt(object, key) })),
      [...doubts, ...unread],
      (entry) => {
        const serial = serialOf(entry['serial']);
        if (serial === null) return { leftOut: `a sled of serial ${shown(entry['serial'])}` };
        return { sled: { ...NOTHING_SEEN, serial, cubby: cubbyOf(entry['cubby']) } };
      },
    );
  },
};

function isSledInfo(object: JsonObject): boolean {
  const values = Object.values(object);
  return (
    values.length > 0 && values.every((value) => isJsonObject(value) && 'cubby' in value && 'uuid' in value)
  );
}

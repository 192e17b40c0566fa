/** What a piece of HTML holds. */
export interface Tokens {
  /** Names of its elements, in order. */
  readonly tags: readonly string[];
  /** `name="value"`, the values decoded. */
  readonly attributes: readonly { readonly tag: string; readonly name: string; readonly value: string }[];
  /** Its text, decoded. */
  readonly text: string;
}

const VOID = new Set(['meta', 'br', 'wbr']);
const TAG = /<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)>/y;
const TEXT = /[^<>]+/y;
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/**
 * Reads HTML of a strict kind, as ours is: a doctype, tags with quoted attributes, each closed in its turn, text
 * whose `<`, `>` and `&` are entities. Throws at the first character that is none of these.
 */
export function htmlTokens(source: string): Tokens {
  const doctype = '<!DOCTYPE html>';
  if (!source.startsWith(doctype)) throw new Error('no doctype');
  const open: string[] = [];
  const tags: string[] = [];
  const attributes: { tag: string; name: string; value: string }[] = [];
  let text = '';
  for (let at = doctype.length; at < source.length;) {
    TAG.lastIndex = at;
    TEXT.lastIndex = at;
    const tag = TAG.exec(source);
    const words = tag === null ? TEXT.exec(source)?.[0] : undefined;
    if (tag !== null) {
      const [whole, slash, name = '', list = ''] = tag;
      if (slash === '/') {
        const expected = open.pop();
        if (expected !== name) throw new Error(`</${name}> closes <${expected}>`);
      } else {
        tags.push(name);
        if (!VOID.has(name)) open.push(name);
        for (const [, key = '', value = ''] of list.matchAll(/ ([a-z-]+)="([^"]*)"/g)) {
          attributes.push({ tag: name, name: key, value: decoded(value) });
        }
      }
      at += whole.length;
    } else if (words !== undefined) {
      text += decoded(words);
      at += words.length;
    } else {
      throw new Error(`neither tag nor text: ${source.slice(at, at + 40)}`);
    }
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(', ')}`);
  return { tags, attributes, text };
}

function decoded(text: string): string {
  return text.replaceAll(/&[^;]*;?/g, (entity) => {
    const character = ENTITIES[entity];
    if (character === undefined) throw new Error(`no entity: ${entity}`);
    return character;
  });
}

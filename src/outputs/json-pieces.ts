import { escapedJson } from '../model/printable.ts';
import type { Fields } from './report-json.ts';

/** Characters that are written at a time: a long report is never one text. */
const PIECE = 64 * 1024;

/** An object as indented JSON, as `JSON.stringify(value, null, 2)` gives it, in pieces of some length. */
export function* jsonPieces(value: Fields): Iterable<string> {
  let text = '';
  for (const piece of smallPieces(value)) {
    text += piece;
    if (text.length < PIECE) continue;
    yield escapedJson(text);
    text = '';
  }
  yield escapedJson(`${text}\n`);
}

/** The lists of the object, which are what may be long, go element by element. */
function* smallPieces(value: Fields): Iterable<string> {
  let before = '{\n';
  for (const [key, field] of Object.entries(value)) {
    const name = `${before}  ${JSON.stringify(key)}: `;
    if (Array.isArray(field) && field.length > 0) {
      yield name;
      yield* listPieces(field);
    } else {
      const text = indented(field, '  ');
      if (text === undefined) continue;
      yield `${name}${text}`;
    }
    before = ',\n';
  }
  yield before === '{\n' ? '{}' : '\n}';
}

function* listPieces(list: readonly unknown[]): Iterable<string> {
  let before = '[\n    ';
  for (const element of list) {
    yield `${before}${indented(element, '    ') ?? 'null'}`;
    before = ',\n    ';
  }
  yield '\n  ]';
}

/** Undefined for what JSON leaves out. */
function indented(value: unknown, margin: string): string | undefined {
  const text: string | undefined = JSON.stringify(value, null, 2);
  return text?.replaceAll('\n', `\n${margin}`);
}

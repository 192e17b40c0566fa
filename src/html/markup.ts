import { printable } from '../model/printable.ts';

/** HTML that is safe to send: only `markup` makes it. */
export interface Markup {
  readonly html: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

type Piece = string | number | Markup | readonly Markup[];

/** A template of HTML: every text that is put into it is escaped, and only markup stays as it is. */
export function markup(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return { html: strings.map((text, i) => text + pieceText(pieces[i] ?? '')).join('') };
}

/** No markup at all. */
export const NOTHING: Markup = { html: '' };

function pieceText(piece: Piece): string {
  if (typeof piece === 'number') return String(piece);
  if (typeof piece === 'string') return escaped(piece);
  return 'html' in piece ? piece.html : piece.map(({ html }) => html).join('\n');
}

/** Text without what turns the direction of writing, is invisible or is half a character; new lines and tabs stay. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\n\t]+/g, printable)
    .replaceAll(/\p{Cs}/gu, '?')
    .replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
}

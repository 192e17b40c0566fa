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

function pieceText(piece: Piece): string {
  if (typeof piece === 'string' || typeof piece === 'number')
    return String(piece).replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
  return 'html' in piece ? piece.html : piece.map(({ html }) => html).join('\n');
}

import { momentText } from '../drawing/moment.ts';
import { markup, NOTHING, type Markup } from '../html/markup.ts';
import type { Note } from '../watch/event.ts';

const MOST_LINES = 30;

/** What happened last, the newest first; nothing where nothing did. */
export function logPart(notes: readonly Note[]): Markup {
  if (notes.length === 0) return NOTHING;
  const lines = notes.slice(-MOST_LINES).toReversed();
  return markup`<section><h2>What happened</h2><ol class="log">${lines.map(
    ({ wall, text }) =>
      markup`<li><time datetime="${momentText(wall)}">${momentText(wall)}</time> ${text}</li>`,
  )}</ol></section>`;
}

import { markup } from '../../html/markup.ts';
import type { Page } from '../page.ts';

/** A page of what is not here, which goes on to look for it. */
export function missingPage(what: string, why: string): Page {
  const content = markup`<header><h1>${what}</h1></header><p>${why} <a href="/">The racks as they are</a></p>`;
  return { status: 404, title: what, regions: [{ id: 'missing', content }] };
}

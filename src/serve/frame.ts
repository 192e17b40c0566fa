import { escapedJson } from '../model/printable.ts';
import type { Page } from './page.ts';

/** What is sent to who reads a page: regions by their ids, of now. One event of a stream. */
export function frameText(page: Page, before: Page | null, asOf: string): string {
  const old = new Map(before?.regions.map(({ id, content }) => [id, content.html]));
  const changed = page.regions.filter(
    ({ id, content, isFixed }) => isFixed !== true && old.get(id) !== content.html,
  );
  const regions = Object.fromEntries(changed.map(({ id, content }) => [id, content.html]));
  const title = page.title === before?.title ? {} : { title: page.title };
  return `data: ${escapedJson(JSON.stringify({ asOf, ...title, regions }))}\n\n`;
}

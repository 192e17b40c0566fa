import { createHash } from 'node:crypto';
import { momentText } from '../drawing/moment.ts';
import { markup, NOTHING, type Markup } from '../html/markup.ts';
import { pageFrame } from '../html/page-frame.ts';
import { PAGE_STYLE } from '../html/page-style.ts';
import type { Page } from './page.ts';
import { SCRIPT_PATH } from './route.ts';

/** Without a script a page is loaded again so often. */
const REFRESH_SECONDS = 10;

const NAVIGATION: readonly (readonly [path: string, name: string])[] = [
  ['/', 'Racks'],
  ['/repairs', 'Repairs'],
  ['/history', 'History'],
  ['/report.json', 'JSON'],
  ['/metrics', 'Metrics'],
];

const SERVE_STYLE: Markup = markup`
.top { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; align-items: baseline; padding: 0.5rem clamp(0.75rem, 2vw, 3rem); border-bottom: 1px solid var(--rule); background: var(--frame); font-size: 0.875rem; }
.top [aria-current] { font-weight: 700; color: inherit; }
.top .live { margin-left: auto; }
.no-news { position: sticky; top: 0; z-index: 2; margin: 0; max-width: none; padding: 0.6rem clamp(0.75rem, 2vw, 3rem); background: #9d0b20; color: #ffffff; font-weight: 700; }
@media (min-width: 75rem) {
main:has(> #r-racks) { display: grid; grid-template-columns: minmax(0, 30rem) minmax(0, 1fr); gap: 0 2.5rem; }
main > .region { grid-column: 1 / 3; }
main > #r-list { grid-area: 4 / 2; }
main > #r-racks { grid-area: 4 / 1; }
}
.is-old main { opacity: 0.55; }
.trouble { border-left: 0.3rem solid #a85c00; padding-left: 0.8rem; }
.chosen { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; margin: 1rem 0; }
.chosen input[type="search"] { font: inherit; padding: 0.3rem 0.5rem; width: min(20rem, 100%); }
.chosen button { font: inherit; padding: 0.3rem 0.9rem; }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.3rem 1.2rem; font-size: 0.875rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; }
.range p { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; max-width: none; }
.range [aria-current] { font-weight: 700; color: inherit; }
.range .parts { display: grid; grid-template-columns: repeat(8, minmax(0, 1fr)); font-size: 0.75rem; margin-left: min(22rem, 100%); }
@media (max-width: 48rem) { .range .parts { margin-left: 0; } }
.log { margin: 0; padding: 0; list-style: none; font-size: 0.8125rem; }
.log li { padding: 0.2rem 0; border-bottom: 1px solid var(--rule); }
.trail { width: 100%; max-width: 24rem; height: 2.5rem; background: var(--frame); }
.trail path { fill: none; stroke: var(--bar); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
progress { width: 9rem; vertical-align: middle; accent-color: var(--bar); }
@media print { .top, .chosen { display: none; } }
`;

/** What a page may load: its own script, its own style, and news from where it came from. Nothing else runs. */
export const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  `style-src ${[PAGE_STYLE, SERVE_STYLE].map(({ html }) => `'sha256-${digest(html)}'`).join(' ')}`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** A page as a document: readable without its script, which keeps it of now and says when it is not. */
export function pageDocument(page: Page, path: string, now: number): string {
  const links = NAVIGATION.map(([to, name]) => {
    const current = to === path ? markup` aria-current="page"` : NOTHING;
    return markup`<a href="${to}"${current}>${name}</a>`;
  });
  const regions = page.regions.map(
    ({ id, content }) => markup`<div id="r-${id}" class="region">${content}</div>`,
  );
  const head = markup`<style>${SERVE_STYLE}</style>
<noscript><meta http-equiv="refresh" content="${REFRESH_SECONDS}"></noscript>
<script src="${SCRIPT_PATH}" defer></script>`;
  const top = markup`<nav class="top" aria-label="pages">${links}<span class="live">as of <time id="as-of">${momentText(now)}</time></span></nav>
<p class="no-news" id="no-news" role="alert" hidden></p>`;
  return pageFrame(page.title, regions, head, top).html;
}

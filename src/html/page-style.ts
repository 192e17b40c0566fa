import { markup, type Markup } from './markup.ts';
import { HEATMAP_STYLE } from './heatmap.ts';
import { HISTOGRAM_STYLE } from './histogram.ts';
import { TABLE_STYLE } from './page-table.ts';
import { RACK_STYLE } from './rack-drawing.ts';
import { SIGN_STYLE } from './sign.ts';
import { TILE_STYLE } from './tiles.ts';
import { TIMELINE_STYLE } from './timeline.ts';

const BASE: Markup = markup`
:root { color-scheme: light dark; --page: #ffffff; --ink: #15191f; --soft: #5a6370; --rule: #ccd2da; --frame: #f3f5f7; --link: #0f5c4a; --bar: #1f7a63; font: 16px/1.45 system-ui, sans-serif; }
@media screen and (prefers-color-scheme: dark) { :root { --page: #0e1216; --ink: #e6eaef; --soft: #9aa5b3; --rule: #39424d; --frame: #171c22; --link: #6fd8b6; --bar: #57c3a0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); overflow-wrap: anywhere; }
main { padding: 1.25rem clamp(0.75rem, 2vw, 3rem) 3rem; max-width: 150rem; margin: 0 auto; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.2; }
h2 { margin: 0 0 0.6rem; font-size: 1.125rem; }
h3 { margin: 0.8rem 0 0.3rem; font-size: 0.875rem; }
p { margin: 0.4rem 0; max-width: 60rem; }
.kind { margin: 0; color: var(--soft); font-size: 0.875rem; }
.verdict { font-size: 1.125rem; }
.soft { color: var(--soft); }
a { color: var(--link); }
:focus-visible { outline: 0.15rem solid var(--link); outline-offset: 0.1rem; }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.lacking li + li { margin-top: 0.35rem; }
.lacking { font-size: 0.875rem; margin: 0.6rem 0; padding: 0.1rem 0 0.1rem 0.8rem; list-style: none; border-left: 0.3rem double var(--soft); max-width: 75rem; }
.situation { display: flex; flex-wrap: wrap; gap: 1.5rem 2.5rem; align-items: flex-start; margin-top: 1.5rem; }
.situation > * { flex: 1 1 40rem; min-width: 0; }
.situation > .of-racks { flex: 1 1 100%; }
.situation > .of-racks.one { flex: 0 1 30rem; }
section { margin-top: 1.5rem; min-width: 0; }
.situation > section, .situation section:first-child { margin-top: 0; }
details { margin-top: 0.6rem; }
summary { cursor: pointer; font-weight: 600; padding: 0.3rem 0; }
pre { overflow-x: auto; padding: 0.6rem 0.8rem; background: var(--frame); border-radius: 0.3rem; font: 0.8125rem/1.4 ui-monospace, monospace; }
@media (min-width: 200rem) { :root { font-size: 20px; } }
@media print {
:root { color-scheme: light; --page: #ffffff; --ink: #000000; --soft: #444444; --rule: #999999; --frame: #ffffff; font-size: 11px; }
* { print-color-adjust: exact; }
main { padding: 0; }
pre { white-space: pre-wrap; }
details::details-content { content-visibility: visible; }
}
`;

/** The style of all pages. */
export const PAGE_STYLE: Markup = markup`${BASE}${SIGN_STYLE}${TILE_STYLE}${RACK_STYLE}${TABLE_STYLE}${HISTOGRAM_STYLE}${HEATMAP_STYLE}${TIMELINE_STYLE}`;

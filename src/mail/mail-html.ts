import type { MailChange } from './mail-change.ts';
import type { MailContent, MailSection } from './mail-content.ts';
import { briefHtml, entryHtml, headingHtml, MONO } from './mail-entry-html.ts';
import { levelPaint } from './mail-paint.ts';
import { markup, type Markup } from './markup.ts';
import { rackMapHtml } from './rack-map-html.ts';

const PAGE =
  'max-width:760px;margin:0 auto;font-family:Helvetica,Arial,sans-serif;font-size:14px;line-height:1.45';
/** Long names break where they must, so that they never make a mail wider than a phone. */
const BREAK = 'overflow-wrap:anywhere;word-break:break-word';

/**
 * A mail as HTML for readers of mail: tables and inline styles, nothing that is fetched or runs. Ground and ink are
 * the reader's own but where a color means something, so that it is readable on white and on black.
 */
export function mailHtml(content: MailContent): string {
  return markup`<!DOCTYPE html>
<html lang="en" style="color-scheme:light dark">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${content.subject}</title>
</head>
<body style="margin:0;padding:8px">
<table role="presentation" width="100%" style="${PAGE}">
<tr><td style="${levelPaint(content.level)}padding:8px 12px;font-size:16px;font-weight:bold;${BREAK}">${content.verdict}</td></tr>
<tr><td style="padding:8px 12px;${BREAK}">
<p style="margin:0 0 8px">${content.situation}</p>
${topOf(content)}
${foldedPart(content)}
<p style="margin:16px 0 0;font-size:12px">${content.made}</p>
</td></tr>
</table>
</body>
</html>
`.source;
}

/** What fits on one screen of a phone, where it is about one thing: what is new, and what next. */
function topOf({ changes, next, command, allCommand }: MailContent): readonly Markup[] {
  return [
    ...changes.items.map(changeHtml),
    ...moreHtml(changes.more, 'more', allCommand),
    ...next.map(({ text, command: own }, index) => {
      const word = index === 0 ? markup`<b>next</b> ` : '';
      const line = own === null ? '' : markup`<br>${code(own)}`;
      return markup`<p style="margin:0 0 8px">${word}${text}${line}</p>`;
    }),
    markup`<p style="margin:0 0 8px"><b>live</b> ${code(command)}</p>`,
  ];
}

/** The rest, folded where it is about what the top has said; readers of mail that cannot fold show it below. */
function foldedPart(content: MailContent): Markup {
  const summary = markup`<summary style="margin:12px 0 0"><b>All details</b></summary>`;
  const rest = markup`${summary}
${partsOf(content)}`;
  return content.isShort
    ? markup`<details>${rest}</details>`
    : markup`<details open="open">${rest}</details>`;
}

function partsOf(content: MailContent): readonly Markup[] {
  const { racks, allCommand, vmSleds } = content;
  return [
    ...content.sections.map((section) => sectionHtml(section, allCommand)),
    ...racks.items.map((map) => part(`Rack ${map.rack} as this run saw it`, [rackMapHtml(map, vmSleds)])),
    ...moreHtml(racks.more, 'more racks', allCommand),
    part('Missing and partial answers', list(content.coverage)),
    part('Problems with the check itself', list(content.troubles)),
  ];
}

/** A heading and what is under it; nothing where there is nothing. */
function part(title: string, contents: readonly Markup[]): Markup {
  if (contents.length === 0) return markup``;
  return markup`<h2 style="margin:20px 0 8px;font-size:15px;border-bottom:1px solid #808080">${title}</h2>
${contents}`;
}

function list(lines: readonly string[]): readonly Markup[] {
  if (lines.length === 0) return [];
  const items = lines.map((line) => markup`<li>${line}</li>`);
  return [
    markup`<ul style="margin:0;padding-left:20px">
${items}
</ul>`,
  ];
}

function moreHtml(count: number, what: string, command: string): readonly Markup[] {
  if (count === 0) return [];
  return [markup`<p style="margin:8px 0">and ${count} ${what}: run ${code(command)}</p>`];
}

function code(command: string): Markup {
  return markup`<code style="${MONO}">${command}</code>`;
}

function changeHtml({ heading, word, what, where, since }: MailChange): Markup {
  const below = [...where, ...(since === null ? [] : [since])];
  return markup`${headingHtml(heading)}<p style="margin:0 0 8px"><b>${word}</b> ${lines(what)}<br><span style="${MONO}">${lines(below)}</span></p>`;
}

function lines(texts: readonly string[]): readonly Markup[] {
  return texts.map((text, index) => (index === 0 ? markup`${text}` : markup`<br>${text}`));
}

function sectionHtml(section: MailSection, command: string): Markup {
  const about = section.about === null ? [] : [markup`<p style="margin:0 0 8px">${section.about}</p>`];
  return part(section.title, [
    ...about,
    ...section.entries.map(entryHtml),
    ...(section.briefly.length === 0 ? [] : [markup`<p style="margin:0 0 8px">In brief:</p>`]),
    ...section.briefly.map(briefHtml),
    ...moreHtml(section.more, 'more', command),
  ]);
}

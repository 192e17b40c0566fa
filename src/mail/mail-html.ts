import type { MailChange } from './mail-change.ts';
import type { MailContent, MailSection } from './mail-content.ts';
import { briefHtml, entryHtml, MONO } from './mail-entry-html.ts';
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
<tr><td style="${levelPaint(content.level)}padding:10px 14px;font-weight:bold;${BREAK}">${content.subject}</td></tr>
<tr><td style="padding:12px 14px;${BREAK}">
<p style="margin:0 0 8px;font-size:16px">${content.situation}</p>
${partsOf(content)}
<p style="margin:16px 0 0;font-size:12px">${content.made}</p>
</td></tr>
</table>
</body>
</html>
`.source;
}

function partsOf(content: MailContent): readonly Markup[] {
  const { changes, racks, command } = content;
  return [
    part('What changed since the last mail', [
      ...changes.items.map(changeHtml),
      ...moreHtml(changes.more, 'more', command),
    ]),
    ...content.sections.map((section) => sectionHtml(section, command)),
    ...racks.items.map((map) => part(`Rack ${map.rack} as this run saw it`, [rackMapHtml(map)])),
    ...moreHtml(racks.more, 'more racks', command),
    part('Sleds that did not answer, or in part', list(content.coverage)),
    part('Trouble of the check itself', list(content.troubles)),
    part('To see it live', [markup`<p style="margin:0">${code(command)}</p>`]),
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

function changeHtml({ word, what, where }: MailChange): Markup {
  return markup`<p style="margin:0 0 8px"><b>${word}</b> ${lines(what)}<br><span style="${MONO}">${lines(where)}</span></p>`;
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

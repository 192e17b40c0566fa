import type { MailEntry } from './mail-entry.ts';
import { downstairsPaint, levelColor, levelPaint } from './mail-paint.ts';
import { markup, type Markup } from './markup.ts';

/** Names, ids and commands. */
export const MONO = 'font-family:Menlo,Consolas,monospace;font-size:12px';

const LABEL = 'text-align:left;font-weight:normal';

/** All that is known of one upstairs (or sled, or rack), with an edge of its severity's color. */
export function entryHtml(entry: MailEntry): Markup {
  const { severity } = entry;
  const edge = `margin:0 0 14px;border-left:4px solid ${levelColor(severity)};font-size:14px`;
  const texts = [...entry.messages.map((text) => markup`${text}`), ...entry.remarks.map(emphasized)];
  return markup`${headingHtml(entry.heading)}<table role="presentation" width="100%" style="${edge}">
<tr><td style="padding:0 0 0 10px">
<p style="margin:0 0 4px"><span style="${levelPaint(severity)}padding:0 5px">${severity.toUpperCase()}</span> <b>${entry.title}</b></p>
${texts.map((text) => markup`<p style="margin:0 0 4px">${text}</p>`)}
<table role="presentation" cellpadding="1" cellspacing="0" style="${MONO}">
${entry.facts.map(factRow)}
</table>
${downstairsTable(entry)}
</td></tr>
</table>`;
}

/** Above what shares it. */
export function headingHtml(heading: string | null): Markup {
  return heading === null ? markup`` : markup`<h3 style="margin:8px 0;font-size:14px">${heading}</h3>\n`;
}

/** What must do where there are many. */
export function briefHtml({ heading, severity, title, messages, remarks, where }: MailEntry): Markup {
  const text = `${severity.toUpperCase()} ${title}: ${[...messages, ...remarks].join('; ')}`;
  return markup`${headingHtml(heading)}<p style="margin:0 0 6px">${text}<br><span style="${MONO}">${where.join(', ')}</span></p>`;
}

function emphasized(text: string): Markup {
  return markup`<i>${text}</i>`;
}

function factRow([name, value]: MailEntry['facts'][number]): Markup {
  return markup`<tr><td valign="top" style="white-space:nowrap;padding-right:8px">${name}</td><td>${value}</td></tr>`;
}

/** States and counters under 0, 1 and 2, as wide as a phone at most. */
function downstairsTable({ states, counters }: MailEntry): Markup {
  if (states === null && counters.length === 0) return markup``;
  const style = `${MONO};max-width:480px;table-layout:fixed;margin:4px 0 0;border-spacing:2px 0`;
  const headings = [0, 1, 2].map((index) => markup`<th scope="col" align="left">${index}</th>`);
  return markup`<table width="100%" cellpadding="2" style="${style}">
<tr><th scope="col" width="34%" style="${LABEL}">downstairs</th>${headings}</tr>
${states === null ? '' : stateRow(states)}
${counters.map(counterRow)}
</table>`;
}

function stateRow(states: readonly string[]): Markup {
  const cells = states.map((state) => {
    return markup`<td style="${downstairsPaint(state)}">${breakable(state)}</td>`;
  });
  return markup`<tr><th scope="row" style="${LABEL}">state</th>${cells}</tr>`;
}

/** `live_repair_ready` breaks after its `_` rather than within a word. */
function breakable(state: string): Markup {
  const [first = '', ...others] = state.split(/(?<=_)/);
  return others.reduce((done, word) => markup`${done}<wbr>${word}`, markup`${first}`);
}

function counterRow({ name, values }: MailEntry['counters'][number]): Markup {
  const span = values.length === 1 ? 3 : 1;
  const cells = values.map((value) =>
    span === 1 ? markup`<td>${value}</td>` : markup`<td colspan="${span}">${value}</td>`,
  );
  return markup`<tr><th scope="row" style="${LABEL}">${name}</th>${cells}</tr>`;
}

import { momentText } from '../../drawing/moment.ts';
import { coverageLines } from '../../drawing/summary.ts';
import { markup, NOTHING, type Markup } from '../../html/markup.ts';
import { rowsTable } from '../../html/report-rows.ts';
import { timelinePart } from '../../html/report-timeline.ts';
import type { Chronicle, SessionLife } from '../../history/chronicle.ts';
import { historyReport } from '../../history/history-report.ts';
import { isSledCalled } from '../../history/known-sleds.ts';
import type { Row } from '../../model/column.ts';
import type { FleetReport } from '../../model/report.ts';
import { historyPath } from '../links.ts';
import type { Page } from '../page.ts';
import type { PageRoute } from '../route.ts';
import type { Scene } from '../scene.ts';
import { isLast, LAST, movesOf, partsOf, readRange, type TimeRange } from '../time-range.ts';

/** The newest of them; a shorter time shows the others. */
const MOST_ROWS = 200;
const PARTS = 8;

type Chosen = Extract<PageRoute, { readonly page: 'history' }>;

/** Pages that were made of a history, as long as nothing newer is known: a listener asks each second. */
const MADE = new WeakMap<Chronicle, Map<string, Page>>();
const MOST_MADE = 50;

/** What the history knows of a time: each upstairs as a lane, and what happened as rows. */
export async function historyPage(chosen: Chosen, { now, history }: Scene): Promise<Page> {
  const range = readRange(chosen.since, chosen.until, now.wall);
  if ('problem' in range) return problemPage(400, chosen, range.problem);
  const known = await history(range.from);
  if ('problem' in known) return problemPage(200, chosen, known.problem);
  const made = MADE.get(known.chronicle) ?? new Map<string, Page>();
  MADE.set(known.chronicle, made);
  const key = JSON.stringify([chosen, range]);
  const page = made.get(key) ?? pageOfChronicle(known.chronicle, chosen, range, now.wall);
  if (made.size >= MOST_MADE) made.clear();
  made.set(key, page);
  return page;
}

function pageOfChronicle(chronicle: Chronicle, chosen: Chosen, range: TimeRange, now: number): Page {
  const report = reportOf(chronicle, chosen.filter, range);
  const title = `History, ${momentText(range.from)} to ${momentText(range.to)}`;
  return {
    status: 200,
    title,
    regions: [
      { id: 'head', content: markup`<header><h1>${title}</h1></header>` },
      { id: 'chosen', content: choice(chosen), isFixed: true },
      { id: 'range', content: rangePart(chosen, range, drawnFrom(report), now) },
      {
        id: 'timeline',
        content:
          timelinePart(report) ??
          markup`<p>The history has no upstairs of this time${chosen.filter === '' ? '' : ' that has this text'}.</p>`,
      },
      { id: 'rows', content: rowsPart(report) },
      { id: 'coverage', content: coveragePart(report) },
    ],
  };
}

function problemPage(status: 200 | 400, chosen: Chosen, problem: string): Page {
  return {
    status,
    title: 'History: not known',
    regions: [
      { id: 'head', content: markup`<header><h1>History</h1></header>` },
      { id: 'chosen', content: choice(chosen), isFixed: true },
      { id: 'problem', content: markup`<p class="trouble">${problem}</p>` },
    ],
  };
}

function reportOf(chronicle: Chronicle, filter: string, { from, to }: TimeRange): FleetReport {
  const sessions =
    filter === '' ? chronicle.sessions : chronicle.sessions.filter((life) => isMeant(life, filter));
  const called =
    filter === ''
      ? null
      : new Set(
          [...chronicle.life.sleds].filter(([id, name]) => isSledCalled(filter, id, name)).map(([id]) => id),
        );
  const about = { name: filter === '' ? 'all' : filter, filter: filter === '' ? null : filter, called };
  const report = historyReport(sessions, chronicle, about, from);
  const rows = report.rows.filter((row) => (timeIn(row, 'from') ?? from) <= to);
  return { ...report, rows, startedAt: new Date(from), finishedAt: new Date(to) };
}

function isMeant({ who }: SessionLife, filter: string): boolean {
  const term = filter.trim().toLowerCase();
  return [who.sled, who.zone, who.upstairsId, who.sessionId].some(
    (text) => text?.toLowerCase().includes(term) === true,
  );
}

function choice({ filter, since, until }: Chosen): Markup {
  const hidden = (name: string, value: string) =>
    value === '' ? NOTHING : markup`<input type="hidden" name="${name}" value="${value}">`;
  return markup`<form class="chosen" method="get" action="/history" role="search">
<label>Filter <input type="search" name="q" value="${filter}" maxlength="200" placeholder="sled, zone or id"></label>
${hidden('since', since)}${hidden('until', until)}<button>Show</button>
</form>`;
}

/** The timeline begins with the first look in its time. */
function drawnFrom({ rows, startedAt, finishedAt }: FleetReport): number {
  const states = rows.filter((row) => row['kind'] === 'state');
  const first = states.reduce(
    (least, row) => Math.min(least, timeIn(row, 'from') ?? least),
    finishedAt.getTime(),
  );
  return Math.max(startedAt.getTime(), first);
}

/** Zooming is links, so that a range can be sent to others. */
function rangePart(chosen: Chosen, range: TimeRange, drawnSince: number, now: number): Markup {
  const q = chosen.filter;
  const last = LAST.map((name) => {
    const current = isLast(chosen.since, range, name) ? markup` aria-current="true"` : NOTHING;
    return markup`<a href="${historyPath({ q, since: name })}"${current}>${name}</a>`;
  });
  const moves = movesOf(range, now).map(
    ([name, words]) => markup`<a href="${historyPath({ q, ...words })}">${name}</a>`,
  );
  const parts = partsOf({ ...range, from: drawnSince }, PARTS).map(
    ({ from, words }) =>
      markup`<a href="${historyPath({ q, ...words })}" title="zoom in from here">${momentText(from).slice(5, 16)}</a>`,
  );
  return markup`<nav class="range" aria-label="time"><p>Last ${last} ${moves}</p>
<p class="parts"><span class="heard">zoom in from</span>${parts}</p></nav>`;
}

function rowsPart(report: FleetReport): Markup {
  const newest = report.rows.toSorted((a, b) => (timeIn(b, 'from') ?? 0) - (timeIn(a, 'from') ?? 0));
  const shown = newest.slice(0, MOST_ROWS);
  if (shown.length === 0) return NOTHING;
  const title = `What happened: ${report.rows.length}`;
  const more = newest.length - shown.length;
  const columns = report.columns.filter(({ narrow }) => narrow === true);
  return markup`<section><h2>${title}</h2>${rowsTable(shown, { caption: title, columns, isJudged: false, withPlaces: false })}
${more === 0 ? NOTHING : markup`<p>${more} earlier ones are not shown: choose a shorter time, or filter them.</p>`}</section>`;
}

/** What the last look did not see is not known, and stands here. */
function coveragePart(report: FleetReport): Markup {
  const lines = coverageLines(report);
  if (lines.length === 0) return NOTHING;
  return markup`<section><h2>Not seen at the last look</h2><ul class="lacking">${lines.map((line) => markup`<li>${line}</li>`)}</ul></section>`;
}

function timeIn(row: Row, name: string): number | null {
  const ms = typeof row[name] === 'string' ? Date.parse(row[name]) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

import type { Cell, Row } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import type { SledOutcome } from '../model/report.ts';
import { outcomeOfSight } from './known-sleds.ts';
import { pictureOf, type Picture } from './picture.ts';

/** The picture that a report in JSON is, and what its rows were filtered by; or why the report cannot be compared, as the end of a sentence. */
export type ReportPicture =
  | { readonly picture: Picture; readonly filter: string | null; readonly selection: string }
  | { readonly problem: string };

/** What a row must have to be compared. */
const NEEDED = ['rack', 'sled', 'zone', 'pid', 'upstairs_id', 'session_id', 'ds0', 'ds1', 'ds2'] as const;

/** Reads what `ds-state -o json` or `check -o json` has printed. */
export function pictureOfReport(json: unknown): ReportPicture {
  const whole = objectIn(json);
  const report = objectIn(whole?.['report']) ?? whole;
  if (report?.['schema'] !== 'cruc-fleet/report/v1')
    return { problem: 'is not a report of cruc-fleet in JSON' };
  const { sleds, rows, started_at: startedAt, finished_at: finishedAt, filter, selection } = report;
  if (!Array.isArray(sleds) || !Array.isArray(rows))
    return { problem: 'is damaged: it has no sleds or no rows' };
  const [from, to] = [dateOf(startedAt), dateOf(finishedAt)];
  if (from === null || to === null) return { problem: 'is damaged: it does not say when it was made' };
  const bySled = new Map<string, Row[]>();
  for (const each of rows) {
    const row = rowIn(each);
    const lacking = NEEDED.find((name) => !Object.hasOwn(row, name));
    if (lacking !== undefined) {
      return {
        problem: `has rows without '${lacking}'; compare what ds-state or check gave, without --columns`,
      };
    }
    const list = bySled.get(String(row['sled']));
    if (list === undefined) bySled.set(String(row['sled']), [row]);
    else list.push(row);
  }
  const outcomes = sleds.flatMap((each): readonly SledOutcome[] => {
    const sled = objectIn(each);
    return sled === null || typeof sled['sled'] !== 'string' ? [] : [outcomeIn(sled, sled['sled'], bySled)];
  });
  if (outcomes.length < sleds.length) return { problem: 'is damaged: a sled has no name' };
  return {
    picture: pictureOf({ outcomes, startedAt: from, finishedAt: to }),
    filter: typeof filter === 'string' ? filter : null,
    selection: String(selection),
  };
}

type JsonObject = Readonly<Record<string, unknown>>;

function outcomeIn(sled: JsonObject, id: string, rows: ReadonlyMap<string, readonly Row[]>): SledOutcome {
  const { serial, cubby } = sled;
  const name = {
    serial: typeof serial === 'string' ? serial : null,
    cubby: typeof cubby === 'number' ? cubby : null,
  };
  if (sled['status'] !== 'answered') {
    const code = objectIn(sled['error'])?.['code'];
    const why = typeof code === 'string' ? code : 'unknown';
    return outcomeOfSight(id, { seen: 'nothing', why, ...name }, 'in that report');
  }
  const outcome = outcomeOfSight(id, { seen: 'whole', why: null, ...name }, '');
  const issues: readonly Issue[] = Array.isArray(sled['issues'])
    ? sled['issues'].map((): Issue => ({ code: 'cut', message: '' }))
    : [];
  return outcome.status === 'failed' ? outcome : { ...outcome, rows: rows.get(id) ?? [], issues };
}

function rowIn(json: unknown): Row {
  const cells = Object.entries(objectIn(json) ?? {}).filter((entry): entry is [string, Cell] =>
    isCell(entry[1]),
  );
  return Object.fromEntries(cells);
}

function isCell(value: unknown): value is Cell {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function objectIn(json: unknown): JsonObject | null {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : null;
}

function dateOf(json: unknown): Date | null {
  const ms = typeof json === 'string' ? Date.parse(json) : Number.NaN;
  return Number.isNaN(ms) ? null : new Date(ms);
}

import { addedNote } from '../fleet/merge.ts';
import { recordedTrail } from '../fleet/recorded-times.ts';
import type { Cell, Row } from '../model/column.ts';
import { ERROR_CODES, FleetError } from '../model/error.ts';
import { ISSUE_CODES, type Issue } from '../model/issue.ts';
import type { AnsweredOutcome, FailedOutcome, SledOutcome } from '../model/report.ts';
import type { Sled } from '../model/sled.ts';
import { isObject, numberOrNull, textOrNull, textsOf, type JsonObject } from './json-parts.ts';
import { STAGES } from '../model/stage.ts';

/** What became of a sled of a report, without its rows; or what is wrong with it, as the end of a sentence. */
export function readSled(json: unknown): SledOutcome | string {
  if (!isObject(json)) return 'one of its sleds is not an object';
  const { sled: id, rack, status } = json;
  if (typeof id !== 'string' || typeof rack !== 'string') return 'one of its sleds has no name or no rack';
  const { serial, cubby, host } = json;
  const sled: Sled = {
    id,
    rack,
    name: id.startsWith(`${rack}/`) ? id.slice(rack.length + 1) : id,
    serial: textOrNull(serial),
    cubby: numberOrNull(cubby),
    labels: {},
    host: textOrNull(host) ?? '-',
  };
  switch (status) {
    case 'answered':
      return answerIn(json, sled);
    case 'failed':
      return failureIn(json, sled);
    default:
      return `${id} has no status that is known`;
  }
}

function answerIn(json: JsonObject, sled: Sled): AnsweredOutcome {
  const { processes, host_name: hostName } = json;
  return {
    status: 'answered',
    ...visitIn(json, sled),
    via: textOrNull(json['via']),
    rows: [],
    distributions: [],
    text: textOrNull(json['text']) ?? '',
    issues: issuesIn(json['issues']),
    warnings: textsOf(json['warnings']),
    ...(typeof processes === 'number' ? { running: { count: processes } } : {}),
    ...(typeof hostName === 'string' ? { hostName } : {}),
  };
}

function failureIn(json: JsonObject, sled: Sled): FailedOutcome | string {
  const { error, stage, earlier } = json;
  if (!isObject(error) || typeof error['code'] !== 'string')
    return `${sled.id} failed, and it does not say why`;
  const { code } = error;
  const message = textOrNull(error['message']) ?? code;
  const known = ERROR_CODES.find((each) => each === code);
  const at = STAGES.find((each) => each === stage);
  // A newer version has other words: what they say is kept, as a text.
  const text = known !== undefined && at !== undefined ? message : `${String(stage)}, ${code}: ${message}`;
  const address = addressOf(sled, text);
  const age = isObject(earlier) ? numberOrNull(earlier['age_ms']) : null;
  return {
    status: 'failed',
    ...visitIn(json, sled),
    stage: at ?? 'run',
    error: new FleetError(known ?? 'not_tried', text),
    ...(address === null ? {} : { address }),
    ...(isObject(earlier) && age !== null
      ? { earlier: { answer: answerIn(earlier, sled), ageMs: age } }
      : {}),
  };
}

/** The sled's address as its error writes it, so that failures which differ in it alone are told as one. */
function addressOf({ host }: Sled, text: string): string | null {
  const before = host.includes(':') ? `[${host}]:` : `${host}:`;
  const at = text.indexOf(before);
  const port = at < 0 ? null : /^\d+/.exec(text.slice(at + before.length));
  return port === null ? null : `${before}${port[0]}`;
}

function visitIn(json: JsonObject, sled: Sled) {
  const trail = recordedTrail(json);
  const runId = textOrNull(json['run']);
  return {
    sled,
    elapsedMs: numberOrNull(json['elapsed_ms']) ?? 0,
    ...(trail === undefined ? {} : { trail }),
    ...(runId === null ? {} : { runId }),
  };
}

/** Issues; one whose code is of a newer version says the code in its text. */
export function issuesIn(json: unknown): readonly Issue[] {
  if (!Array.isArray(json)) return [];
  return json.map((each): Issue => {
    const issue = isObject(each) ? each : {};
    const message = textOrNull(issue['message']) ?? '';
    const code = ISSUE_CODES.find((word) => word === issue['code']);
    return code === undefined
      ? { code: 'warning', message: `${String(issue['code'])}: ${message}` }
      : { code, message };
  });
}

/** A sled with its rows, which are as its probe gave them: without what the report has added to their notes. */
export function withRows(outcome: SledOutcome, rows: readonly Row[]): SledOutcome {
  const added = addedNote(outcome);
  const { id, rack, serial, cubby } = outcome.sled;
  // Each row of JSON has these texts for itself, which is much of its memory.
  const shared = { rack, sled: id, serial, cubby };
  const own = rows.map((row) => Object.assign(added === null ? row : withoutNote(row, added), shared));
  if (outcome.status === 'answered') return { ...outcome, rows: own };
  const { earlier } = outcome;
  return earlier === undefined
    ? outcome
    : { ...outcome, earlier: { ...earlier, answer: { ...earlier.answer, rows: own } } };
}

function withoutNote(row: Row, added: string): Row {
  const { note } = row;
  if (note === added) return { ...row, note: null };
  if (typeof note !== 'string' || !note.endsWith(`; ${added}`)) return row;
  return { ...row, note: note.slice(0, -added.length - 2) };
}

/** A row of JSON, whose cells may be any JSON value: such a cell is its text. Null for what is not a row. */
export function rowIn(json: unknown): Row | null {
  if (!isObject(json)) return null;
  if (isRow(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, isCell(value) ? value : JSON.stringify(value)]),
  );
}

function isRow(json: JsonObject): json is Row {
  for (const name in json) if (!isCell(json[name])) return false;
  return true;
}

export function isCell(value: unknown): value is Cell {
  return (
    value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  );
}

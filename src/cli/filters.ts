import type { Row } from '../model/column.ts';
import { canonicalState, STATE_WORDS } from '../model/downstairs-state.ts';
import { FleetError } from '../model/error.ts';
import { globMatcher } from '../model/glob.ts';
import { asHealth, needsAttention } from '../model/health.ts';

/** The options that choose among rows. */
export interface FilterOptions {
  readonly state?: readonly string[];
  readonly degraded?: boolean;
  readonly zone?: readonly string[];
  readonly pid?: readonly string[];
  readonly upstairs?: readonly string[];
  readonly session?: readonly string[];
}

/** The filters among options, without what is not given. */
export function pickFilters(options: FilterOptions): FilterOptions {
  const { state, degraded, zone, pid, upstairs, session } = options;
  return {
    ...(state === undefined ? {} : { state }),
    ...(degraded === undefined ? {} : { degraded }),
    ...(zone === undefined ? {} : { zone }),
    ...(pid === undefined ? {} : { pid }),
    ...(upstairs === undefined ? {} : { upstairs }),
    ...(session === undefined ? {} : { session }),
  };
}

/** The filters that `pickFilters` gave, back from JSON. */
export function filtersIn(json: unknown): FilterOptions {
  const values: Readonly<Record<string, unknown>> =
    typeof json === 'object' && json !== null ? Object.fromEntries(Object.entries(json)) : {};
  const lists = (['state', 'zone', 'pid', 'upstairs', 'session'] as const).flatMap((name) => {
    const texts = textsIn(values[name]);
    return texts === null ? [] : [[name, texts] as const];
  });
  return {
    ...Object.fromEntries(lists),
    ...(values['degraded'] === true ? { degraded: true } : {}),
  };
}

/** A list of texts in JSON, or null. */
export function textsIn(json: unknown): readonly string[] | null {
  return Array.isArray(json) && json.every((each) => typeof each === 'string') ? json : null;
}

export interface RowFilter {
  /** As the report says it: `state live_repair; degraded`. */
  readonly text: string;
  readonly keeps: (row: Row) => boolean;
}

/** One filter of all the options; a row must pass each of them. Null when there is none. */
export function rowFilter(options: FilterOptions): RowFilter | null {
  const parts: RowFilter[] = [];
  const add = (text: string, keeps: RowFilter['keeps']) => parts.push({ text, keeps });
  if (options.state !== undefined) {
    const words = new Set(options.state.map(stateWord));
    add(`state ${[...words].join(',')}`, (row) =>
      ['ds0', 'ds1', 'ds2'].some((name) => words.has(String(row[name]))),
    );
  }
  if (options.degraded === true) {
    add('degraded', (row) => {
      const health = asHealth(row['health']);
      return health === null || needsAttention(health);
    });
  }
  if (options.zone !== undefined) {
    const matches = zoneMatcher(options.zone);
    add(`zone ${options.zone.join(',')}`, (row) => matches(String(row['zone'])));
  }
  if (options.pid !== undefined) {
    const pids = new Set(options.pid.map(pidNumber));
    add(`pid ${[...pids].join(',')}`, (row) => typeof row['pid'] === 'number' && pids.has(row['pid']));
  }
  if (options.upstairs !== undefined) parts.push(prefixFilter('upstairs', 'upstairs_id', options.upstairs));
  if (options.session !== undefined) parts.push(prefixFilter('session', 'session_id', options.session));
  if (parts.length === 0) return null;
  return {
    text: parts.map((part) => part.text).join('; '),
    keeps: (row) => parts.every((part) => part.keeps(row)),
  };
}

/** Whether the name of a zone is one of these, or as a pattern of them says. */
export function zoneMatcher(patterns: readonly string[]): (name: string) => boolean {
  const matchers = patterns.map((pattern) => globMatcher(pattern));
  return (name) =>
    matchers.some((matches) => matches(name)) || (CUT_ZONE.test(name) && begins(name, patterns));
}

/** Names and ids that a script cut; they stand for every whole one that begins so. */
const CUT_ZONE = /^oxz_[a-z_-]+_[0-9a-f]{8}$/;
const CUT_ID = /^[0-9a-f]{8}$/;

function begins(start: string, texts: readonly string[]): boolean {
  return texts.some((text) => text.startsWith(start));
}

function stateWord(text: string): string {
  const state = canonicalState(text);
  if (state.known || state.word === 'unknown') return state.word;
  throw new FleetError(
    'usage',
    `--state: there is no downstairs state '${text}'; the states are ${STATE_WORDS.join(', ')}`,
  );
}

function pidNumber(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new FleetError('usage', `--pid: '${text}' is not a process id; give a whole number such as 28022`);
}

function prefixFilter(option: string, column: string, prefixes: readonly string[]): RowFilter {
  const lower = prefixes.map((prefix) => prefix.toLowerCase());
  for (const prefix of lower) {
    if (!/^[0-9a-f-]{1,36}$/.test(prefix)) {
      throw new FleetError(
        'usage',
        `--${option}: '${prefix}' is not the beginning of a UUID such as c0b92059`,
      );
    }
  }
  return {
    text: `${option} ${lower.join(',')}`,
    keeps: (row) =>
      lower.some((prefix) => {
        const id = String(row[column] ?? '').toLowerCase();
        return id.startsWith(prefix) || (CUT_ID.test(id) && prefix.startsWith(id));
      }),
  };
}

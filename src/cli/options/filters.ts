import type { Row } from '../../model/column.ts';
import { canonicalState, STATE_WORDS } from '../../model/downstairs-state.ts';
import { FleetError } from '../../model/error.ts';
import { globMatcher } from '../../model/glob.ts';
import { asHealth, needsAttention, sessionHealth } from '../../model/health.ts';
import { zonePattern } from '../../model/zone-name.ts';

/** The options that choose among rows. */
export interface FilterOptions {
  readonly state?: readonly string[];
  readonly degraded?: boolean;
  readonly zone?: readonly string[];
  readonly pid?: readonly string[];
  readonly upstairs?: readonly string[];
  readonly session?: readonly string[];
}

export type FilterName = keyof FilterOptions;

/** One way to choose among rows: its option, what it needs of a row, and what it keeps. */
interface FilterKind {
  /** As commander takes it; an option without `<…>` takes no values. */
  readonly flags: string;
  readonly help: string;
  /** The column that a row must have. */
  readonly column: string;
  /** What that column holds, in words. */
  readonly needs: string;
  /** Throws a FleetError `usage` where a value cannot be one. */
  readonly part: (values: readonly string[]) => RowFilter;
}

/** Every filter of rows, in the order of help and of what the report says. */
export const FILTERS: Readonly<Record<FilterName, FilterKind>> = {
  state: {
    flags: '--state <words>',
    help: 'sessions with a downstairs in one of these states (live_repair,faulted)',
    column: 'ds0',
    needs: 'states of downstairs',
    part(values) {
      const words = new Set(values.map(stateWord));
      return {
        text: `state ${[...words].join(',')}`,
        keeps: (row) => STATES.some((name) => words.has(String(row[name]))),
      };
    },
  },
  degraded: {
    flags: '--degraded',
    help: 'sessions that need attention: all but ok and inactive',
    column: 'ds0',
    needs: 'states of downstairs',
    part: () => ({ text: 'degraded', keeps: mayNeedAttention }),
  },
  zone: {
    flags: '--zone <glob>',
    help: 'sessions in zones of this name',
    column: 'zone',
    needs: 'zone',
    part(values) {
      const matches = zoneMatcher(values);
      return { text: `zone ${values.join(',')}`, keeps: (row) => matches(String(row['zone'])) };
    },
  },
  pid: {
    flags: '--pid <pids>',
    help: 'sessions of these processes',
    column: 'pid',
    needs: 'PID',
    part(values) {
      const pids = new Set(values.map(pidNumber));
      return {
        text: `pid ${[...pids].join(',')}`,
        keeps: (row) => typeof row['pid'] === 'number' && pids.has(row['pid']),
      };
    },
  },
  upstairs: {
    flags: '--upstairs <prefix>',
    help: 'sessions whose upstairs id begins with this',
    column: 'upstairs_id',
    needs: 'upstairs id',
    part: (values) => prefixFilter('upstairs', 'upstairs_id', values),
  },
  session: {
    flags: '--session <prefix>',
    help: 'sessions whose session id begins with this',
    column: 'session_id',
    needs: 'session id',
    part: (values) => prefixFilter('session', 'session_id', values),
  },
};

export const FILTER_NAMES = [
  'state',
  'degraded',
  'zone',
  'pid',
  'upstairs',
  'session',
] as const satisfies readonly FilterName[];

/** The filters among options, without what is not given. */
export function pickFilters(
  options: Readonly<Partial<Record<FilterName, unknown>>>,
  names: readonly FilterName[] = FILTER_NAMES,
): FilterOptions {
  return Object.fromEntries(
    names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]] as const])),
  );
}

/** The filters that `pickFilters` gave, back from JSON. */
export function filtersIn(json: unknown): FilterOptions {
  const values: Readonly<Record<string, unknown>> =
    typeof json === 'object' && json !== null ? Object.fromEntries(Object.entries(json)) : {};
  return Object.fromEntries(
    FILTER_NAMES.flatMap((name): readonly (readonly [string, unknown])[] => {
      if (name === 'degraded') return values[name] === true ? [[name, true]] : [];
      const texts = textsIn(values[name]);
      return texts === null ? [] : [[name, texts]];
    }),
  );
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
  const parts = givenFilters(options).map((name) => {
    const values = options[name];
    return FILTERS[name].part(Array.isArray(values) ? values : []);
  });
  if (parts.length === 0) return null;
  return {
    text: parts.map((part) => part.text).join('; '),
    keeps: (row) => parts.every((part) => part.keeps(row)),
  };
}

function givenFilters(options: FilterOptions): readonly FilterName[] {
  return FILTER_NAMES.filter((name) => options[name] !== undefined && options[name] !== false);
}

/**
 * Refuses a filter on what an answer does not have, since it would leave nothing, or everything. `takes` are the
 * filters of the command, to be named where others are possible.
 */
export function refuseFilters(
  options: FilterOptions,
  whose: string,
  columns: readonly string[],
  takes: readonly FilterName[] = FILTER_NAMES,
): void {
  const missing = givenFilters(options).find((name) => !columns.includes(FILTERS[name].column));
  if (missing === undefined) return;
  const others = takes.filter((name) => columns.includes(FILTERS[name].column)).map((name) => `--${name}`);
  const instead =
    others.length === 0 ? 'it cannot be filtered' : `it can be filtered by ${others.join(', ')}`;
  throw new FleetError('usage', `--${missing}: ${whose} has no ${FILTERS[missing].needs}; ${instead}`);
}

const STATES = ['ds0', 'ds1', 'ds2'] as const;

/** What nobody judged, since it did not report, may need attention too. */
function mayNeedAttention(row: Row): boolean {
  const [ds0, ds1, ds2] = STATES.map((name) => row[name]);
  const health =
    typeof ds0 === 'string' && typeof ds1 === 'string' && typeof ds2 === 'string'
      ? sessionHealth([ds0, ds1, ds2])
      : asHealth(row['health']);
  return health === null || needsAttention(health);
}

/** Whether the name of a zone is one of these, as a pattern of them says, or what a table shows: `propolis d96f6341`. */
export function zoneMatcher(patterns: readonly string[]): (name: string) => boolean {
  const matchers = patterns.flatMap((pattern) => [pattern, zonePattern(pattern)]).map(globMatcher);
  return (name) =>
    matchers.some((matches) => matches(name)) || (CUT_ZONE.test(name) && begins(name, patterns));
}

/** Names and ids that a script cut; they stand for every whole one that begins with them. */
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
  const matches = idMatcher(lower);
  return {
    text: `${option} ${lower.join(',')}`,
    keeps: (row) => matches(String(row[column] ?? '')),
  };
}

/** Whether an id begins as one of these; one that a script cut stands for every whole one that begins with it. */
export function idMatcher(prefixes: readonly string[]): (id: string) => boolean {
  return (id) =>
    prefixes.some((prefix) => {
      const lower = id.toLowerCase();
      return (
        lower.startsWith(prefix.toLowerCase()) ||
        (CUT_ID.test(lower) && prefix.toLowerCase().startsWith(lower))
      );
    });
}

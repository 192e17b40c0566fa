import { asHealth, HEALTHS, healthRank, type Health } from '../model/health.ts';
import { formatNumberSet } from '../model/number-set.ts';
import { ofRacks, type FleetReport, type SledOutcome } from '../model/report.ts';
import { hasExited } from '../model/row-note.ts';
import type { Sled } from '../model/sled.ts';
import { foldSleds } from '../model/sled-fold.ts';
import { naturally } from '../model/sled-order.ts';

/** A rack has 32 cubbies for sleds, counted from 0: 16 rows of two, numbered from the bottom. */
const CUBBIES = 32;
const CUBBIES_A_ROW = 2;
/** The switches are below the row of this cubby, above 14 and 15. */
const ABOVE_SWITCHES = 16;
export const SWITCHES = 'switches, power shelf';
/** Columns of a cubby in the drawing as text. */
const CELL_WIDTH = 30;

/**
 * What one run saw of a sled: the worst health of its sessions, or why there is none. `in_part`: what was seen is
 * well, but not all was seen.
 */
export type SledState = Health | 'no_answer' | 'in_part' | 'no_upstairs' | 'not_selected';

/** How a state is shown: never by its color alone. */
export const SLED_STATES: Readonly<Record<SledState, { readonly word: string; readonly meaning: string }>> = {
  down: { word: 'down', meaning: 'no downstairs of an upstairs serves' },
  critical: { word: 'critical', meaning: 'two of three downstairs do not serve' },
  degraded: { word: 'degraded', meaning: 'one of three downstairs does not serve' },
  no_report: { word: 'no report', meaning: 'a process did not report' },
  no_answer: { word: 'no answer', meaning: 'nothing is known' },
  in_part: { word: 'partial', meaning: 'only a part of the answer arrived: there may be more, or worse' },
  repairing: { word: 'repairing', meaning: 'a downstairs is under repair' },
  inactive: { word: 'inactive', meaning: 'an upstairs that no guest uses' },
  ok: { word: 'ok', meaning: 'every upstairs has three active downstairs' },
  no_upstairs: { word: 'no upstairs', meaning: 'it answered, and has none' },
  not_selected: { word: '-', meaning: 'no sled, or not asked' },
};

/** Worst first: the order of the legend. */
export const STATE_ORDER: readonly SledState[] = [
  ...HEALTHS.filter((health) => healthRank(health) <= healthRank('no_report')),
  'no_answer',
  'in_part',
  'repairing',
  'inactive',
  'ok',
  'no_upstairs',
  'not_selected',
];

export interface SeenSled {
  readonly sled: Sled;
  readonly state: SledState;
  /** Its answer is not whole, so that there may be worse than `state`. */
  readonly partly: boolean;
}

export interface RackMap {
  readonly rack: string;
  /** By cubby, 32 of them; null: no sled there that was asked. */
  readonly cubbies: readonly (SeenSled | null)[];
  /** Sleds whose cubby is unknown. */
  readonly elsewhere: readonly SeenSled[];
}

/** What one run saw of a rack, by cubby. */
export function rackMap(report: FleetReport, rack: string): RackMap {
  const seen = ofRacks(report, [rack]).outcomes.map(seenSled);
  const cubbies = Array.from(
    { length: CUBBIES },
    (_, cubby) => seen.find((each) => each.sled.cubby === cubby) ?? null,
  );
  return { rack, cubbies, elsewhere: seen.filter((each) => !cubbies.includes(each)) };
}

/** What one run saw of a sled whose rows have a health. */
export function seenSled(outcome: SledOutcome): SeenSled {
  const { sled } = outcome;
  if (outcome.status === 'failed') return { sled, state: 'no_answer', partly: false };
  // A process that ended within the window is not there any more, whatever its last report said.
  const healths = outcome.rows.filter((row) => !hasExited(row)).map((row) => asHealth(row['health']));
  const partly = outcome.issues.length > 0 || healths.includes(null);
  const [worst] = healths.filter((each) => each !== null).sort((a, b) => healthRank(a) - healthRank(b));
  const isWell = worst === undefined || worst === 'ok' || worst === 'inactive';
  return { sled, state: partly && isWell ? 'in_part' : (worst ?? 'no_upstairs'), partly };
}

/** The worst state in a rack, as an index of `STATE_ORDER`. */
export function worstIndex(map: RackMap): number {
  return Math.min(STATE_ORDER.length, ...seenOf(map).map((each) => STATE_ORDER.indexOf(each.state)));
}

function seenOf(map: RackMap): readonly SeenSled[] {
  return [...map.cubbies.filter((each) => each !== null), ...map.elsewhere];
}

/** A row of a rack: two cubbies side by side, or what is between the two halves of the rack. */
export type RackRow = readonly [left: number, right: number] | 'switches';

/** The rows of a rack from the top: 30 and 31 first, the switches between 16/17 and 14/15, 0 and 1 at the bottom. */
export const RACK_ROWS: readonly RackRow[] = Array.from({ length: CUBBIES / CUBBIES_A_ROW }, (_, index) => {
  const left = CUBBIES - CUBBIES_A_ROW * (index + 1);
  const row: RackRow = [left, left + 1];
  return left === ABOVE_SWITCHES ? [row, 'switches' as const] : [row];
}).flat();

/**
 * The rack as text, from its top to its bottom: each cubby with its number and its state in words, those that did not answer
 * hatched, and a mark at the sleds in `marked`. Empty without any cubby.
 */
export function rackMapLines(map: RackMap, marked: ReadonlySet<string> = new Set()): readonly string[] {
  if (map.cubbies.every((each) => each === null)) return [];
  const edge = `+${'-'.repeat(CELL_WIDTH)}+${'-'.repeat(CELL_WIDTH)}+`;
  const width = CELL_WIDTH * CUBBIES_A_ROW + 1;
  const lines = RACK_ROWS.map((row) => {
    if (row === 'switches') return `+${centered(` ${SWITCHES} `, width, '=')}+`;
    const cells = row.map((cubby) => cellText(cubby, map.cubbies[cubby] ?? null, marked));
    return `|${cells.join('|')}|`;
  });
  return [edge, ...lines, edge];
}

function cellText(cubby: number, seen: SeenSled | null, marked: ReadonlySet<string>): string {
  const mark = seen !== null && marked.has(seen.sled.id) ? ` ${VM_MARK}` : '';
  const hatch = seen?.state === 'no_answer' ? HATCH : '';
  const text = `${String(cubby).padStart(3)} ${[hatch, stateText(seen), hatch].join(' ').trim()}`;
  return `${text}${mark}`.padEnd(CELL_WIDTH);
}

/** Stands beside a sled on which the VM of an incident runs. */
export const VM_MARK = '<-- VM';
export const VM_MEANING = 'the VM of an open incident runs on this sled; its downstairs are mostly on others';
const HATCH = '////';

function centered(text: string, width: number, fill: string): string {
  const left = Math.floor((width - text.length) / 2);
  return fill.repeat(left) + text + fill.repeat(width - left - text.length);
}

/** What was seen of a cubby, in words: `critical, partial`. */
export function stateText(seen: SeenSled | null): string {
  if (seen === null) return SLED_STATES.not_selected.word;
  const also = seen.partly && seen.state !== 'in_part' ? `, ${SLED_STATES.in_part.word}` : '';
  return SLED_STATES[seen.state].word + also;
}

/** One state of a legend, with the sleds that are so. */
export interface LegendEntry {
  readonly state: SledState;
  /** How many, and which where that says more: `2, cubby 9,14`. */
  readonly which: string;
}

const NOT_NAMED: readonly SledState[] = ['ok', 'no_upstairs', 'not_selected'];

/** The states that occur in the drawing, worst first. `in_part` is there too where it stands beside another. */
export function legendOf(map: RackMap): readonly LegendEntry[] {
  return STATE_ORDER.flatMap((state) => {
    const numbers = map.cubbies.flatMap((seen, cubby) => (isSo(seen, state) ? [cubby] : []));
    if (numbers.length === 0) return [];
    const cubbies = NOT_NAMED.includes(state) ? '' : `, cubby ${formatNumberSet(numbers)}`;
    return [{ state, which: numbers.length + cubbies }];
  });
}

function isSo(seen: SeenSled | null, state: SledState): boolean {
  if (seen === null) return state === 'not_selected';
  return seen.state === state || (state === 'in_part' && seen.partly);
}

/** `degraded: 3/alpha`, a line a state: the sleds that a drawing cannot show. */
export function elsewhereLines(map: RackMap): readonly string[] {
  return STATE_ORDER.flatMap((state) => {
    const sleds = map.elsewhere.filter((seen) => isSo(seen, state)).map((seen) => seen.sled);
    return sleds.length === 0 ? [] : [`${SLED_STATES[state].word}: ${foldSleds(sleds)}`];
  });
}

/** The racks of some maps, the worst first. */
export function worstFirst(maps: readonly RackMap[]): readonly RackMap[] {
  return [...maps].sort((a, b) => worstIndex(a) - worstIndex(b) || naturally(a.rack, b.rack));
}

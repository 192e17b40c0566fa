import { asHealth, HEALTHS, healthRank, type Health } from '../model/health.ts';
import { formatNumberSet } from '../model/number-set.ts';
import { ofRacks, type FleetReport, type SledOutcome } from '../model/report.ts';
import type { Sled } from '../model/sled.ts';
import { foldSleds } from '../model/sled-fold.ts';
import { naturally } from '../model/sled-order.ts';

/** A rack has 32 cubbies for sleds, counted from 0: 16 rows of two, the switches in the middle. */
const CUBBIES = 32;
/** Of the drawing as letters. Where a cubby is in its rack is not known here, so that the numbers say which it is. */
const LETTERS_A_ROW = 8;

/**
 * What one run saw of a sled: the worst health of its sessions, or why there is none. `in_part`: what was seen is
 * well, but not all was seen.
 */
export type SledState = Health | 'no_answer' | 'in_part' | 'no_upstairs' | 'not_selected';

/** How a state is shown: never by its color alone. */
export const SLED_STATES: Readonly<
  Record<SledState, { readonly letter: string; readonly word: string; readonly meaning: string }>
> = {
  down: { letter: 'X', word: 'down', meaning: 'no downstairs of an upstairs serves' },
  critical: { letter: 'C', word: 'critical', meaning: 'two of three downstairs do not serve' },
  degraded: { letter: 'D', word: 'degraded', meaning: 'one of three downstairs does not serve' },
  no_report: { letter: 'N', word: 'no report', meaning: 'a process with an upstairs says nothing' },
  no_answer: { letter: '?', word: 'no answer', meaning: 'nothing is known' },
  in_part: { letter: '~', word: 'in part', meaning: 'there was more than could be read' },
  repairing: { letter: 'R', word: 'repairing', meaning: 'a downstairs is under repair' },
  inactive: { letter: 'i', word: 'inactive', meaning: 'an upstairs that no guest uses' },
  ok: { letter: '.', word: 'ok', meaning: 'every upstairs has three active downstairs' },
  no_upstairs: { letter: '_', word: 'no upstairs', meaning: 'it answered that it has none' },
  not_selected: { letter: '-', word: '-', meaning: 'no sled, or not asked' },
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
  /** Sleds whose cubby nobody knows. */
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

function seenSled(outcome: SledOutcome): SeenSled {
  const { sled } = outcome;
  if (outcome.status === 'failed') return { sled, state: 'no_answer', partly: false };
  const healths = outcome.rows.map((row) => asHealth(row['health']));
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

/** The rack as letters, eight cubbies a row. Empty without any cubby. */
export function rackMapLines(map: RackMap): readonly string[] {
  if (map.cubbies.every((each) => each === null)) return [];
  const cells = map.cubbies.map((seen, cubby) => `${String(cubby).padStart(2)} ${letterOf(seen).padEnd(2)}`);
  return Array.from({ length: CUBBIES / LETTERS_A_ROW }, (_, row) => {
    const first = row * LETTERS_A_ROW;
    return cells
      .slice(first, first + LETTERS_A_ROW)
      .join('  ')
      .trimEnd();
  });
}

function letterOf(seen: SeenSled | null): string {
  const state = seen?.state ?? 'not_selected';
  const also = seen?.partly === true && state !== 'in_part' ? SLED_STATES.in_part.letter : '';
  return SLED_STATES[state].letter + also;
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

import { FleetError } from '../model/error.ts';
import type { Sled } from '../model/sled.ts';
import { foldSleds } from '../model/sled-fold.ts';
import { splitTerms } from './sled-glob.ts';
import type { Rack } from './inventory.ts';
import { labelTerm } from './label-term.ts';
import { nearest } from '../yaml/nearest.ts';
import { withShard, type Shard } from '../model/shard.ts';
import { isInShard } from './shard-of.ts';
import { bySled } from '../model/sled-order.ts';
import type { Target } from '../model/target.ts';
import { describeSelection, labelTexts, type Selection } from './selection.ts';
import { rackTerm, sledTerm } from './selection-term.ts';

/** What is selected: a sled, with the way to it or without. */
export interface OfSled {
  readonly sled: Sled;
}

/** What is selected from: an inventory, or what is known of one elsewhere. */
export interface SelectFrom<T extends OfSled> {
  readonly racks: readonly Pick<Rack, 'id' | 'name'>[];
  readonly targets: readonly T[];
}

/** Sleds in the order of racks and cubbies, and what was asked for: `rack 3, cubby 0-3, not 2`, or `all sleds`. */
export interface Selected<T extends OfSled = Target> {
  readonly targets: readonly T[];
  readonly description: string;
  /** The part of them that is meant; null or absent: all. */
  readonly shard?: Shard | null;
  /** How many there are in all shards together; absent: these. */
  readonly selectedInAll?: number;
}

/** Those of the selected sleds that are in a shard, which may be none: a small selection leaves some shards empty. */
export function inShard<S extends Selected<OfSled>>(selected: S, shard: Shard | undefined): S {
  if (shard === undefined) return selected;
  const { targets, description } = selected;
  return {
    ...selected,
    targets: targets.filter(({ sled }) => isInShard(sled.id, shard)),
    description: withShard(description, shard),
    shard,
    selectedInAll: targets.length,
  };
}

/**
 * The sleds that a command means: those of `racks`, of these the ones that any of `sleds` names, without those that
 * `exclude` names, and of the rest the ones that hold all of `labels`. An option that was not given leaves all.
 * Throws a FleetError `usage`, a line for each term that matches nothing: a mistyped term must not make an answer
 * smaller than it was meant to be. Nothing selected is an error too.
 */
export function selectSleds<T extends OfSled>(inventory: SelectFrom<T>, wanted: Selection): Selected<T> {
  const errors = emptyOptions(wanted);
  const racks = selectRacks(inventory, splitTerms(wanted.racks), errors);
  if (errors.length > 0) throw new FleetError('usage', errors.join('\n'));

  const pool = sledsIn(inventory).filter((sled) => racks.has(sled.rack));
  const matching = (option: '--sled' | '--exclude', texts: readonly string[]): ReadonlySet<Sled> =>
    new Set(splitTerms(texts).flatMap((term) => sledsOf(inventory, option, term, pool, errors)));
  const named = matching('--sled', wanted.sleds);
  const excluded = matching('--exclude', wanted.exclude);
  const labels = labelTexts(wanted.labels).map((text) => {
    const term = labelTerm(text, pool);
    if (term.wrong !== null) errors.push(`--label ${text}: ${term.wrong}`);
    return term;
  });
  if (errors.length > 0) throw new FleetError('usage', errors.join('\n'));

  const description = describeSelection(wanted);
  const wantedSleds = new Set(
    pool
      .filter((sled) => named.size === 0 || named.has(sled))
      .filter((sled) => !excluded.has(sled) && labels.every((label) => label.matches(sled))),
  );
  if (wantedSleds.size === 0) {
    throw new FleetError('usage', `no sled is left of: ${description}; there are ${existing(pool)}`);
  }
  const targets = inventory.targets
    .filter(({ sled }) => wantedSleds.has(sled))
    .sort((a, b) => bySled(a.sled, b.sled));
  return { targets, description };
}

function sledsIn(inventory: SelectFrom<OfSled>): readonly Sled[] {
  return inventory.targets.map(({ sled }) => sled);
}

/** `--sled "$LIST"` with an empty list means no sled: taken for an option that was not given, it would mean all. */
function emptyOptions(wanted: Selection): string[] {
  const options = [
    ['--rack', wanted.racks, splitTerms],
    ['--sled', wanted.sleds, splitTerms],
    ['--exclude', wanted.exclude, splitTerms],
    ['--label', wanted.labels, labelTexts],
  ] as const;
  return options
    .filter(([, texts, split]) => texts.some((text) => split([text]).length === 0))
    .map(([option]) => `${option}: found nothing after it; leave it out to mean all`);
}

function selectRacks(
  inventory: SelectFrom<OfSled>,
  terms: readonly string[],
  errors: string[],
): ReadonlySet<string> {
  if (terms.length === 0) return new Set(inventory.racks.map((rack) => rack.id));
  const selected = new Set<string>();
  for (const text of terms) {
    const term = rackTerm(text);
    const ids = 'wrong' in term ? [] : inventory.racks.filter(term.matches).map((rack) => rack.id);
    for (const id of ids) selected.add(id);
    if (ids.length > 0) continue;
    const why = 'wrong' in term ? term.wrong : 'matches no rack';
    errors.push(`--rack ${text}: ${why}; ${rackHint(inventory, text)}`);
  }
  return selected;
}

function sledsOf(
  inventory: SelectFrom<OfSled>,
  option: '--sled' | '--exclude',
  text: string,
  pool: readonly Sled[],
  errors: string[],
): readonly Sled[] {
  const racks = new Map(inventory.racks.map((rack) => [rack.id, rack]));
  const rackOf = (sled: Sled): Pick<Rack, 'id' | 'name'> =>
    racks.get(sled.rack) ?? { id: sled.rack, name: null };
  const term = sledTerm(text, rackOf);
  if ('wrong' in term) {
    errors.push(`${option} ${text}: ${term.wrong}`);
    return [];
  }
  // An exclusion that names its rack may stand in a script for all racks: it is mistyped only if nothing is there.
  const among = option === '--exclude' && text.includes('/') ? sledsIn(inventory) : pool;
  const matched = among.filter(term.matches);
  if (matched.length > 0) return matched;
  const elsewhere = sledsIn(inventory).filter(term.matches);
  if (elsewhere.length > 0) {
    errors.push(`${option} ${text}: ${foldSleds(elsewhere)} is not in the racks that --rack names`);
    return [];
  }
  errors.push(`${option} ${text}: matches no sled; ${sledHint(among, text)}`);
  return [];
}

function rackHint(inventory: SelectFrom<OfSled>, text: string): string {
  const names = inventory.racks.map(({ id, name }) => (name === null ? id : `${id} (${name})`));
  const near = nearest(
    text,
    inventory.racks.flatMap(({ id, name }) => name ?? (/^\d+$/.test(id) ? [] : id)),
  );
  return `${didYouMean(near)}there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`;
}

function sledHint(pool: readonly Sled[], text: string): string {
  return `${didYouMean(nearest(text, sledWords(pool, text), 3))}there are ${existing(pool)}`;
}

/** What a mistyped term may have meant; nothing for cubbies, which are all alike. */
function sledWords(pool: readonly Sled[], text: string): readonly string[] {
  if (/(^|\/)[\d,[\]-]*$/.test(text)) return [];
  if (text.includes('/')) return pool.map((sled) => sled.id);
  return pool.flatMap((sled) => (sled.serial === null ? sled.name : [sled.name, sled.serial]));
}

function didYouMean(near: readonly string[]): string {
  return near.length === 0 ? '' : `did you mean ${near.join(' or ')}? `;
}

/** The sleds that there are, in so few words that an error stays readable. */
function existing(sleds: readonly Sled[]): string {
  const folded = foldSleds(sleds);
  return folded.length <= 300 ? folded : `${folded.slice(0, 297)}...`;
}

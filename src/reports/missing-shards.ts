import { groupBy } from '../model/group-by.ts';
import { naturally } from '../model/sled-order.ts';
import type { MergedRun } from '../model/run-facts.ts';
import { byAge } from './runs-of.ts';

/** What is missing of one selection: the shards that nobody gave, and how many sleds they have. */
export interface MissingShards {
  readonly selection: string;
  readonly count: number;
  /** Counted from 1. */
  readonly indices: readonly number[];
  readonly sleds: number;
  /** The shards do not agree on how many sleds there are, so that `sleds` is the most that it may be. */
  readonly isUnsure: boolean;
}

/**
 * The shards that are missing among some runs, of each selection the way to cut it that lacks the fewest sleds. A shard
 * that would be empty is not missing, nor is one of a selection that some run had in one piece.
 */
export function missingShards(runs: readonly MergedRun[]): readonly MissingShards[] {
  const selections = [...groupBy(runs, ({ selection }) => selection)];
  return selections
    .sort(([a], [b]) => naturally(a, b))
    .flatMap(([selection, alike]) => {
      if (alike.some(({ shard }) => shard === null)) return [];
      const cuts = [...groupBy(alike, ({ shard }) => shard?.count ?? 1)].map(([count, parts]) =>
        missingOf(selection, count, parts),
      );
      const [best] = cuts.sort((a, b) => a.sleds - b.sleds || a.count - b.count);
      return best === undefined || best.sleds === 0 ? [] : [best];
    });
}

function missingOf(selection: string, count: number, parts: readonly MergedRun[]): MissingShards {
  // Of two runs of one shard the newer counts.
  const newest = new Map([...parts].sort(byAge).map((run) => [run.shard?.index ?? 1, run] as const));
  const indices = Array.from({ length: count }, (_, n) => n + 1).filter((index) => !newest.has(index));
  const totals = [...newest.values()].map(({ selectedInAll }) => selectedInAll);
  const seen = [...newest.values()].reduce((sum, { selected }) => sum + selected, 0);
  return {
    selection,
    count,
    indices,
    sleds: indices.length === 0 ? 0 : Math.max(0, Math.max(...totals) - seen),
    isUnsure: new Set(totals).size > 1,
  };
}

/** `shard 2/3 of rack 3 is missing, with 11 sleds`. */
export function missingText(missing: MissingShards): string {
  const { selection, indices, sleds, isUnsure } = missing;
  const which = `${shardNames(missing)} of ${selection} ${indices.length === 1 ? 'is' : 'are'} missing`;
  const many = sleds === 1 ? '1 sled' : `${sleds} sleds`;
  const doubt = isUnsure ? 'at most, since the shards do not agree on how many there are, ' : '';
  return `${which}, with ${doubt}${many}: nothing is known of them`;
}

/** `shard 2/3`, `shards 2/4, 3/4`. */
export function shardNames({ indices, count }: MissingShards): string {
  const names = indices.map((index) => `${index}/${count}`);
  return `${names.length === 1 ? 'shard' : 'shards'} ${names.join(', ')}`;
}

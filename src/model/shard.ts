/** One of `count` parts of whatever is selected, by sleds' names; `index` counts from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Many more than anybody has machines: a longer number is a slip. */
const MOST_SHARDS = 10_000;

/** Reads `2/3`; null for what is not a shard. */
export function readShard(text: string): Shard | null {
  const [, index, count] = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(text.trim()) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  return shard.index <= shard.count && shard.count <= MOST_SHARDS ? shard : null;
}

export function shardText({ index, count }: Shard): string {
  return `${index}/${count}`;
}

/** `rack 3, shard 1/3`: a selection as people say it. */
export function withShard(selection: string, shard: Shard | null): string {
  return shard === null ? selection : `${selection}${suffixOf(shard)}`;
}

/** What was selected in all shards together: what `withShard` was given. */
export function withoutShard(selection: string, shard: Shard | null): string {
  const suffix = shard === null ? '' : suffixOf(shard);
  return selection.endsWith(suffix) ? selection.slice(0, selection.length - suffix.length) : selection;
}

function suffixOf(shard: Shard): string {
  return `, shard ${shardText(shard)}`;
}

import type { Cell, Row } from '../model/column.ts';
import type { ProbeSpec, RowStream } from '../model/probe.ts';
import type { Sled } from '../model/sled.ts';

/** One row as it arrived, with its sled and when. */
export interface ArrivedRow {
  readonly sled: Sled;
  readonly row: Row;
  readonly at: Date;
}

/** Rows of a running probe, by sled, as the text comes in. */
export interface RowFeed {
  push(sled: Sled, text: string, at: Date): readonly ArrivedRow[];
  /** The newest row of each key, the latest first. */
  newest(): readonly ArrivedRow[];
}

/** A feed for a probe whose rows are told apart by these columns. */
export function createRowFeed(probe: Pick<ProbeSpec, 'stream'>, key: readonly string[]): RowFeed {
  const streams = new Map<string, RowStream>();
  const newest = new Map<string, ArrivedRow>();
  return {
    push(sled, text, at) {
      const stream = streams.get(sled.id) ?? probe.stream?.();
      if (stream === undefined) return [];
      streams.set(sled.id, stream);
      const arrived = stream.push(text).map((row) => ({ sled, row, at }));
      for (const each of arrived) {
        const id = JSON.stringify([sled.id, ...key.map((name): Cell => each.row[name] ?? null)]);
        // Deleted first, so that the newest stands last in the map.
        newest.delete(id);
        newest.set(id, each);
      }
      return arrived;
    },
    newest: () => [...newest.values()].toReversed(),
  };
}

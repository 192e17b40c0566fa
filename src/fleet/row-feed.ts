import type { Cell, Row } from '../model/column.ts';
import type { RowStream } from '../model/probe.ts';
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
  /** The same of rows that somebody else read. */
  add(sled: Sled, rows: readonly Row[], at: Date): readonly ArrivedRow[];
  /** The rows of last lines that never ended. */
  end(at: Date): readonly ArrivedRow[];
  /** The newest row of each key, the latest first. */
  newest(): readonly ArrivedRow[];
}

/** A feed of what `openStream` reads, one for each sled; rows are told apart by the columns of the key. */
export function createRowFeed(openStream: () => RowStream, key: readonly string[]): RowFeed {
  const streams = new Map<string, { readonly sled: Sled; readonly stream: RowStream }>();
  const newest = new Map<string, ArrivedRow>();
  const take = (sled: Sled, rows: readonly Row[], at: Date): readonly ArrivedRow[] => {
    const arrived = rows.map((row) => ({ sled, row, at }));
    for (const each of arrived) {
      const id = JSON.stringify([sled.id, ...key.map((name): Cell => each.row[name] ?? null)]);
      // Deleted first, so that the newest stands last in the map.
      newest.delete(id);
      newest.set(id, each);
    }
    return arrived;
  };
  return {
    push(sled, text, at) {
      const open = streams.get(sled.id) ?? { sled, stream: openStream() };
      streams.set(sled.id, open);
      return take(sled, open.stream.push(text), at);
    },
    add: take,
    end(at) {
      const arrived = [...streams.values()].flatMap(({ sled, stream }) => take(sled, stream.end(), at));
      streams.clear();
      return arrived;
    },
    newest: () => [...newest.values()].toReversed(),
  };
}

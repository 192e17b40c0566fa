import { describe, expect, it } from 'vitest';
import { createRowFeed } from '../../src/fleet/row-feed.ts';
import type { RowStream } from '../../src/model/probe.ts';
import { makeSled } from '../support/sleds.ts';

/** Rows of `PID STATE` lines. */
function lines(): RowStream {
  let rest = '';
  const rowOf = (line: string) => {
    const [pid, state = null] = line.split(' ');
    return { pid: Number(pid), state };
  };
  return {
    push(text) {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      return parts.map(rowOf);
    },
    end: () => (rest === '' ? [] : [rowOf(rest)]),
  };
}

const [A, B] = [makeSled(1), makeSled(2)];
const at = (seconds: number) => new Date(seconds * 1000);

describe('a feed of rows', () => {
  it('gives each row once, with its sled and the time at which its line had ended', () => {
    const feed = createRowFeed(lines, ['pid']);
    expect(feed.push(A, '7 act', at(1))).toEqual([]);
    expect(feed.push(A, 'ive\n8 active\n9', at(2))).toEqual([
      { sled: A, row: { pid: 7, state: 'active' }, at: at(2) },
      { sled: A, row: { pid: 8, state: 'active' }, at: at(2) },
    ]);
    expect(feed.push(A, '\n', at(3))).toEqual([{ sled: A, row: { pid: 9, state: null }, at: at(3) }]);
  });

  it('does not mix the halves of lines of two sleds', () => {
    const feed = createRowFeed(lines, ['pid']);
    feed.push(A, '7 act', at(1));
    feed.push(B, '7 faul', at(1));
    expect(feed.push(A, 'ive\n', at(2)).map(({ row }) => row['state'])).toEqual(['active']);
    expect(feed.push(B, 'ted\n', at(2)).map(({ row }) => row['state'])).toEqual(['faulted']);
  });

  it('holds the newest row of each key and sled, the latest first', () => {
    const feed = createRowFeed(lines, ['pid']);
    feed.push(A, '7 active\n8 active\n', at(1));
    feed.push(B, '7 offline\n', at(2));
    feed.push(A, '7 faulted\n', at(3));
    expect(feed.newest().map(({ sled, row, at: when }) => [sled.id, row['pid'], row['state'], when])).toEqual(
      [
        [A.id, 7, 'faulted', at(3)],
        [B.id, 7, 'offline', at(2)],
        [A.id, 8, 'active', at(1)],
      ],
    );
  });

  it('gives last lines that never ended at the end, once', () => {
    const feed = createRowFeed(lines, ['pid']);
    feed.push(A, '7 active', at(1));
    feed.push(B, '8 active\n', at(1));
    expect(feed.end(at(2))).toEqual([{ sled: A, row: { pid: 7, state: 'active' }, at: at(2) }]);
    expect(feed.end(at(3))).toEqual([]);
    expect(feed.newest()).toHaveLength(2);
  });
});

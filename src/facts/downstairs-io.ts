import type { Column, Row } from '../model/column.ts';
import type { SledOutcome } from '../model/report.ts';

/** IOs that came in while a downstairs was watched, beside `DOWNSTAIRS_COLUMNS`. */
export const IO_COLUMNS: readonly Column[] = [
  ['reads', 'READS', 'reads'],
  ['writes', 'WRITES', 'writes, those of unwritten blocks too'],
  ['flushes', 'FLUSHES', 'flushes'],
].map(([name = '', heading = '', what = '']) => ({
  name,
  heading,
  kind: 'count',
  help: `${what} that came in while it was watched`,
  narrow: true,
  unknownMark: '?',
}));

/**
 * The cells of these columns for a process of a sled, by the rows of `all_downstairs` with their totals. A process without
 * a row did nothing, where the sled's answer is whole; else that is unknown.
 */
export function ioCells(outcome: SledOutcome | undefined): (row: Row) => Row {
  const answered = outcome?.status === 'answered' ? outcome : null;
  const byPid = new Map(answered?.rows.map((row) => [row['pid'], row]));
  const none = answered !== null && answered.issues.length === 0 ? 0 : null;
  return ({ downstairs_pid: pid }) => {
    const counted = pid === null || pid === undefined ? undefined : byPid.get(pid);
    const count = (...names: readonly string[]): number | null =>
      counted === undefined
        ? pid === null || pid === undefined
          ? null
          : none
        : names.reduce((sum, name) => sum + Number(counted[name] ?? 0), 0);
    return {
      reads: count('read_in'),
      writes: count('write_in', 'write_unwritten_in'),
      flushes: count('flush_in'),
    };
  };
}

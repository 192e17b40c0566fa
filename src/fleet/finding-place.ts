import type { Cell, Row } from '../model/column.ts';
import type { Finding } from '../model/report.ts';

/** Where the thing is that a finding is about. */
export function placeOf(row: Row): Omit<Finding, 'rule' | 'severity' | 'message'> {
  return {
    rack: String(row['rack']),
    sled: String(row['sled']),
    zone: textOrNull(row['zone']),
    pid: typeof row['pid'] === 'number' ? row['pid'] : null,
    upstairsId: textOrNull(row['upstairs_id']),
    sessionId: textOrNull(row['session_id']),
  };
}

function textOrNull(cell: Cell | undefined): string | null {
  return typeof cell === 'string' ? cell : null;
}

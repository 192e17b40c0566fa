import type { Column, Row } from '../model/column.ts';
import { canonicalState } from '../model/downstairs-state.ts';
import { asHealth, needsAttention, sessionHealth, type Health } from '../model/health.ts';
import type { Issue, Severity } from '../model/issue.ts';
import type { RowFinding } from '../model/probe.ts';
import { PROCESS_EXITED } from '../model/row-note.ts';
import type { StatusRow } from '../parse/status-rows.ts';

/** Who a row is about; with the sled, the identity of an upstairs session in a fleet. */
export const UPSTAIRS_COLUMNS = [
  {
    name: 'zone',
    heading: 'ZONE',
    kind: 'zone',
    help: 'zone of the process that has the upstairs',
    narrow: true,
  },
  {
    name: 'pid',
    heading: 'PID',
    kind: 'count',
    role: 'identity',
    help: 'process that has the upstairs',
    narrow: true,
  },
  {
    name: 'upstairs_id',
    heading: 'UPSTAIRS',
    kind: 'id',
    help: 'id of the upstairs (a region set)',
    narrow: true,
  },
  {
    name: 'session_id',
    heading: 'SESSION',
    kind: 'id',
    rank: -1,
    help: 'new at each start of the upstairs',
    narrow: true,
  },
] as const satisfies readonly Column[];

/** What the states of the three downstairs, which stand before it, mean together. */
export const HEALTH_COLUMN = {
  name: 'health',
  heading: 'HEALTH',
  kind: 'health',
  // The states, which it is made of, say more.
  rank: -1,
  help: 'what the three states mean together',
  narrow: true,
} as const satisfies Column;

/** What happened to the session within the window. */
export const NOTE_COLUMN = {
  name: 'note',
  heading: 'NOTE',
  kind: 'note',
  help: 'what changed within the window, or why there are no values',
  narrow: true,
} as const satisfies Column;

/** The states and the health. Without values, because the process did not report, the health is `no_report`. */
export function statesOf(
  row: Pick<StatusRow, 'zone' | 'pid'>,
  values: readonly string[],
  issues: Issue[],
): Row {
  const states = values.map((value) => canonicalState(value));
  for (const [index, state] of states.entries()) {
    if (state.known) continue;
    issues.push({
      code: 'unknown_state',
      message: `downstairs ${index} of ${row.zone} (PID ${row.pid}) is in a state that is not known: ${values[index]}`,
    });
  }
  const [ds0, ds1, ds2] = states.map((state) => state.word);
  const health: Health =
    ds0 === undefined || ds1 === undefined || ds2 === undefined
      ? 'no_report'
      : sessionHealth([ds0, ds1, ds2]);
  return { ds0: ds0 ?? null, ds1: ds1 ?? null, ds2: ds2 ?? null, health };
}

/** A zone and PID that run without having reported: silence is never health. */
export function noReportFinding(row: Row): RowFinding {
  return {
    rule: 'no_report',
    severity: 'warning',
    message: `no upstairs of ${String(row['zone'])} (PID ${String(row['pid'] ?? 'unknown')}) reported within the window`,
  };
}

/** `was live_repair/active/active`, `process exited`, or null. */
export function noteOf(row: Pick<StatusRow, 'was' | 'exited'>): string | null {
  const notes: string[] = [];
  if (row.was.length > 0) {
    const words = row.was.map((values) => values.map((value) => wordOrNumber(value)).join('/'));
    notes.push(`was ${words.join(', then ')}`);
  }
  if (row.exited) notes.push(PROCESS_EXITED);
  return notes.length === 0 ? null : notes.join('; ');
}

function wordOrNumber(value: string): string {
  return /^(\d+|-)$/.test(value) ? value : canonicalState(value).word;
}

const SEVERITY: Readonly<Record<Exclude<Health, 'ok' | 'inactive'>, Severity>> = {
  down: 'critical',
  critical: 'critical',
  degraded: 'warning',
  no_report: 'warning',
  repairing: 'info',
};

/** What there is to say about a row with states: its health, and what changed while it was watched. */
export function checkState(row: Row): readonly RowFinding[] {
  const findings: RowFinding[] = [];
  const health = asHealth(row['health']);
  if (health === 'no_report') findings.push(noReportFinding(row));
  else if (health !== null && needsAttention(health)) {
    const bad = ['ds0', 'ds1', 'ds2'].filter((name) => row[name] !== 'active');
    const states = bad.map((name) => `downstairs ${name.slice(2)} is ${String(row[name])}`);
    findings.push({ rule: health, severity: SEVERITY[health], message: states.join(', ') });
  }
  if (typeof row['note'] === 'string' && row['note'].startsWith('was ')) {
    findings.push({
      rule: 'transition',
      severity: 'info',
      message: `changed within the window: ${row['note']}`,
    });
  }
  return findings;
}

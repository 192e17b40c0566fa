import { resolve } from 'node:path';
import { openAuditLog, type AuditLog } from '../../fleet/audit-log.ts';
import type { Guard } from '../../fleet/guard.ts';
import { openRecording, type RecordedCommand, type Recorder } from '../../fleet/recording.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { SledOutcome } from '../../model/report.ts';
import type { RunFacts } from '../../model/run-facts.ts';
import type { Target } from '../../model/target.ts';
import type { ConnectionOptions } from '../options/connection-options.ts';
import { openLastRun, type Chosen } from './failed-last.ts';
import type { Surroundings } from '../surroundings.ts';

/** What is kept of a run while it goes on. */
export interface RunRecords {
  readonly recorder: Recorder | null;
  readonly audit: AuditLog | null;
  visited(outcome: SledOutcome): void;
  /** What could not be kept, a line each. The recording says that itself. */
  close(): Promise<readonly string[]>;
}

export interface RunToKeep {
  readonly inventory: Inventory;
  readonly chosen: Chosen;
  readonly targets: readonly Target[];
  readonly startedAt: Date;
  readonly guard: Guard;
  readonly run: RunFacts;
  /** Null: a run that is not one of those that --record and --failed-last know. */
  readonly recorded: RecordedCommand | null;
}

/** Opens the audit log, the recording and the record of the last run, before any sled is asked. */
export async function openRecords(
  { inventory, chosen, targets, startedAt, guard, run, recorded }: RunToKeep,
  options: ConnectionOptions & { readonly record?: string },
  surroundings: Surroundings,
  warn: (message: string) => void,
): Promise<RunRecords> {
  const audit = openAudit(options, guard, surroundings);
  const recorder =
    options.record === undefined || recorded === null
      ? null
      : await openRecording(
          resolve(surroundings.cwd, options.record),
          { ...recorded, selection: chosen.description, startedAt, run },
          targets,
          () => surroundings.now(),
        );
  const lastRun =
    recorded === null
      ? null
      : await openLastRun(inventory, recorded.command, startedAt, chosen, surroundings, warn);
  return {
    recorder,
    audit,
    visited: (outcome) => lastRun?.visited(outcome),
    close: async () => {
      const problem = (await lastRun?.finish()) ?? null;
      return [...(problem === null ? [] : [problem]), ...(audit?.close() ?? [])];
    },
  };
}

/** The log that --audit-log names; it is open, or nothing is run. */
function openAudit(
  { auditLog }: ConnectionOptions,
  { word }: Guard,
  { cwd, user, hostName, now }: Surroundings,
): AuditLog | null {
  if (auditLog === undefined) return null;
  return openAuditLog(resolve(cwd, auditLog), { user, host: hostName, run: word }, now);
}

import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { hostPort } from '../model/host-port.ts';
import { describeError, FleetError } from '../model/error.ts';
import type { Audit } from './audit.ts';

/** Who runs the commands of a run. */
export interface AuditAbout {
  readonly user: string;
  readonly host: string;
  /** The word in the marks of the run: another for each. */
  readonly run: string;
}

/** An audit log that is open. */
export interface AuditLog extends Audit {
  /** What could not be written, a line each; empty where all was. */
  close(): readonly string[];
}

/** A file to which lines of JSON are added. */
export interface AuditFile {
  readonly add: (entry: Readonly<Record<string, unknown>>) => void;
  /** What could not be written, a line each; empty where all was. */
  readonly close: () => readonly string[];
}

/**
 * Opens an audit log: each entry is added by one write at the end of the file, so that lines of several programs never
 * mix. Throws `usage` where it cannot be written.
 */
export function openAuditFile(path: string): AuditFile {
  let file: number;
  try {
    // Appending: the end of the file is where each write goes, whoever else writes.
    file = openSync(path, 'a+', 0o600);
    if (!endsLine(file)) writeSync(file, '\n');
  } catch (cause) {
    throw new FleetError('usage', `--audit-log: ${path} cannot be written, and nothing was run`, { cause });
  }
  const problems = new Set<string>();
  return {
    add(entry) {
      const line = Buffer.from(`${JSON.stringify(entry)}\n`);
      try {
        if (writeSync(file, line) < line.length)
          problems.add(`a line of the audit log ${path} was cut: no space is left`);
      } catch (error) {
        problems.add(`not every command is in the audit log ${path}: ${describeError(error)}`);
      }
    },
    close() {
      closeSync(file);
      return [...problems];
    },
  };
}

/** Opens an audit log for the commands of a run: a line for each that ends on a sled. Throws as `openAuditFile`. */
export function openAuditLog(path: string, about: AuditAbout, now: () => Date): AuditLog {
  const { add, close } = openAuditFile(path);
  return {
    begin({ target: { sled, login }, via, stage, what }) {
      const startedAt = now().toISOString();
      return ({ exitStatus, signalName, cut, error }) => {
        add({
          started_at: startedAt,
          ended_at: now().toISOString(),
          ...about,
          sled: sled.id,
          login: `${login.user}@${hostPort(login)}`,
          via,
          pfexec: login.pfexec,
          stage,
          command: what,
          status: exitStatus,
          signal: signalName,
          cut,
          error: error === null ? null : { code: error.code, message: describeError(error) },
        });
      };
    },
    close,
  };
}

/** False for a file whose last line a crash has cut: ours would go on with it. */
function endsLine(file: number): boolean {
  const stat = fstatSync(file);
  if (!stat.isFile() || stat.size === 0) return true;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, stat.size - 1);
  return last.toString() === '\n';
}

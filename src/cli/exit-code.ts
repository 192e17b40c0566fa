import { FleetError } from '../model/error.ts';
import { isComplete, type FleetReport } from '../model/report.ts';
import type { Level } from '../model/level.ts';

/** What the process tells its caller; `docs/architecture.md` and every `--help` list them. */
export const EXIT = {
  ok: 0,
  warning: 1,
  critical: 2,
  incomplete: 3,
  usage: 64,
  bug: 70,
  inventory: 78,
  interrupted: 130,
} as const;

export const EXIT_HELP = `Exit status:
  0    every selected sled answered in full
  3    incomplete: a sled did not answer, or not in full
  64   wrong usage
  70   a bug in cruc-fleet
  78   the inventory is missing or wrong, or OpenSSH's configuration is wrong
  130  interrupted`;

export function exitCodeOfReport(report: FleetReport): number {
  if (report.interrupted) return EXIT.interrupted;
  return isComplete(report) ? EXIT.ok : EXIT.incomplete;
}

/** What a monitoring system takes for OK, WARNING, CRITICAL and UNKNOWN. */
export function exitCodeOfLevel(level: Level): number {
  switch (level) {
    case 'ok':
      return EXIT.ok;
    case 'warning':
      return EXIT.warning;
    case 'critical':
      return EXIT.critical;
    case 'unknown':
      return EXIT.incomplete;
  }
}

export function exitCodeOfError(error: FleetError): number {
  switch (error.code) {
    case 'usage':
      return EXIT.usage;
    case 'inventory':
    case 'configuration':
    case 'recording':
    case 'state':
      return EXIT.inventory;
    case 'interrupted':
      return EXIT.interrupted;
    default:
      return EXIT.incomplete;
  }
}

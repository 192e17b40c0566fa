import { checkProbe } from '../../check/check-probe.ts';
import type { RecordingFacts } from '../../fleet/recording.ts';
import type { MergeSettings } from '../../fleet/merge.ts';
import { ownScript } from '../../kinds/own-script.ts';
import { recordedHabits } from '../../kinds/script-habits.ts';
import type { Column } from '../../model/column.ts';
import { FleetError } from '../../model/error.ts';
import type { Job } from '../../model/job.ts';
import type { ProbeSpec } from '../../model/probe.ts';
import { PROBES } from '../../probes/index.ts';
import { repairs } from '../../probes/repairs.ts';
import { EXEC_COLUMNS, readEnd } from '../run/exec-command.ts';
import { SLED_COMMANDS } from '../run/push-command.ts';
import { NO_SETTINGS } from '../run/run-report.ts';

/** What is known of a kind of report, so that several can be one. */
export interface Mergeable {
  readonly probe: MergeSettings['probe'];
  /** Null of a user's own script: those that its rows have. */
  readonly columns: readonly Column[] | null;
  /** The columns without which a row is not whole. */
  readonly needs: readonly string[];
  /** Of a probe: how it is shown and filtered. */
  readonly spec: ProbeSpec | null;
  /** Columns of a narrow table, where they are not the columns' own choice. */
  readonly narrow?: readonly string[];
  /** How what a sled gave in a recording is read again. */
  readonly readRecorded: (settings: RecordingFacts['settings']) => Job['read'];
}

/** What these say is of a way, of an inventory or of a file of this machine, which no other run adds to. */
const NOT_MERGED: readonly string[] = ['doctor', 'inventory-check', 'history', 'diff'];

/** The kind of the reports of a probe, or of a command; any other name is that of a user's own script. */
export function mergeableOf(name: string, isOwn: boolean): Mergeable {
  if (NOT_MERGED.includes(name)) {
    throw new FleetError(
      'usage',
      `reports of ${name.replace('-', ' ')} are not merged: read each of them, or ask all sleds at once`,
    );
  }
  const spec = isOwn ? undefined : [...PROBES, checkProbe, repairs].find((each) => each.name === name);
  if (spec !== undefined) return ofProbe(spec);
  if (name === 'exec') {
    return {
      probe: { name, shape: 'printed', check: () => [] },
      columns: EXEC_COLUMNS,
      needs: EXEC_COLUMNS.map((column) => column.name),
      spec: null,
      readRecorded: () => readEnd,
    };
  }
  const command = SLED_COMMANDS.find((each) => each.name === name);
  if (command !== undefined) {
    const names = command.columns.map((column) => column.name);
    return {
      probe: { name, shape: 'rows', check: () => [] },
      columns: command.columns,
      needs: names,
      spec: null,
      narrow: ['sled', ...names],
      readRecorded: () => command.read,
    };
  }
  const own = ownScript(name, name, []);
  return {
    probe: own,
    columns: null,
    needs: [],
    spec: null,
    readRecorded: ({ prints, ...settings }) => {
      const script = ownScript(name, name, [], recordedHabits(prints));
      return (result) => script.read(result, { ...NO_SETTINGS, ...settings });
    },
  };
}

function ofProbe(spec: ProbeSpec): Mergeable {
  const judged = spec.columns.filter(({ kind }) => kind === 'state' || kind === 'health');
  return {
    probe: spec,
    columns: spec.columns,
    needs: spec.shape === 'distributions' ? [] : [...spec.key, ...judged.map((column) => column.name)],
    spec,
    readRecorded: (settings) => (result) => spec.read(result, { ...NO_SETTINGS, ...settings }),
  };
}

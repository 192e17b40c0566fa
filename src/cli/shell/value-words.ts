import { RULE_NAMES } from '../../alert/rules/index.ts';
import type { ValueWords, Word } from '../../completion/command-words.ts';
import { GROUP_BY_WORDS } from '../../distribution/distribution-group.ts';
import { EXPLAIN_COLUMNS } from '../../explain/explain-rows.ts';
import { IMPACT_COLUMNS, SLED_IMPACT_COLUMNS } from '../../impact/impact-rows.ts';
import { IO_COLUMNS } from '../../facts/downstairs-io.ts';
import { DOWNSTAIRS_COLUMNS } from '../../facts/downstairs-rows.ts';
import { JOINED_COLUMNS } from '../../facts/joined-columns.ts';
import { PLACE_COLUMNS } from '../../facts/place-rows.ts';
import { SLED_COLUMNS } from '../../fleet/merge.ts';
import { DIFFERENCE_COLUMNS } from '../../history/difference-report.ts';
import { HISTORY_COLUMNS } from '../../history/history-rows.ts';
import type { Column } from '../../model/column.ts';
import { STATE_WORDS } from '../../model/downstairs-state.ts';
import { OVERVIEW_COLUMNS } from '../../overview/overview-columns.ts';
import { PROBES, STATE_PROBES } from '../../probes/index.ts';
import { repairs } from '../../probes/repairs.ts';
import { STEP_COLUMNS } from '../doctor/doctor-report.ts';
import { DRIFT_COLUMNS } from '../inventory/live-check.ts';
import { CLEAN, PUSH } from '../run/push-command.ts';
import { CP_COLUMNS } from '../run/cp-command.ts';
import { EXEC_COLUMNS } from '../run/exec-command.ts';
import { SHELLS } from '../../completion/shells.ts';

/** What stands behind an option, by its long name; what is not here says it itself, by its choices or its value's name. */
const OF_OPTIONS: Readonly<Record<string, ValueWords>> = {
  '--rack': { kind: 'live', live: 'racks' },
  '--sled': { kind: 'live', live: 'sleds' },
  '--exclude': { kind: 'live', live: 'sleds' },
  '--label': { kind: 'live', live: 'labels' },
  '--zone': { kind: 'live', live: 'zones' },
  '--state': plain(STATE_WORDS),
  '--rule': plain(RULE_NAMES),
  '--by': plain(GROUP_BY_WORDS),
};

const PROBE_WORDS: ValueWords = {
  kind: 'words',
  words: PROBES.map(({ name, summary }) => ({ word: name, help: summary })),
};

/** What stands in the place of an argument, by the command and the argument's name. */
const OF_ARGUMENTS: Readonly<Record<string, ValueWords>> = {
  'run name': PROBE_WORDS,
  'script probe': PROBE_WORDS,
  'parse probe': PROBE_WORDS,
  'impact sled': { kind: 'live', live: 'sleds' },
  'where name': { kind: 'live', live: 'zones' },
  'history subject': { kind: 'live', live: 'zones' },
  'help command': { kind: 'commands' },
  'man command': { kind: 'commands' },
  'completion shell': plain(SHELLS),
  'merge reports': { kind: 'files' },
  'diff a': { kind: 'files' },
  'diff b': { kind: 'files' },
};

const PROBE_COLUMNS: ValueWords = {
  kind: 'by_argument',
  words: Object.fromEntries(
    PROBES.map(({ name, columns }) => [name, columnWords([...SLED_COLUMNS, ...columns])]),
  ),
};

/** The columns of a command's answers. */
const COLUMNS: Readonly<Record<string, ValueWords>> = {
  ...Object.fromEntries([...STATE_PROBES, repairs].map((probe) => [probe.name, stateColumns(probe.columns)])),
  check: stateColumns(STATE_PROBES[0].columns),
  run: PROBE_COLUMNS,
  parse: PROBE_COLUMNS,
  exec: columnsOf(EXEC_COLUMNS),
  doctor: columnsOf(STEP_COLUMNS),
  sleds: columnsOf(OVERVIEW_COLUMNS),
  cp: columnsOf(CP_COLUMNS),
  push: columnsOf(PUSH.columns),
  clean: columnsOf(CLEAN.columns),
  'inventory check': columnsOf(DRIFT_COLUMNS),
  where: columnsOf(PLACE_COLUMNS),
  explain: columnsOf(EXPLAIN_COLUMNS),
  downstairs: columnsOf([...DOWNSTAIRS_COLUMNS, ...IO_COLUMNS]),
  impact: columnsOf([...IMPACT_COLUMNS, ...SLED_IMPACT_COLUMNS]),
  history: { kind: 'words', words: columnWords(HISTORY_COLUMNS) },
  diff: { kind: 'words', words: columnWords(DIFFERENCE_COLUMNS) },
};

/** The values of an option; null where nobody can know them, such as a time. */
export function optionValues(command: string, long: string, valueName: string): ValueWords | null {
  if (long === '--columns' || long === '--sort-by') return COLUMNS[command] ?? null;
  return OF_OPTIONS[long] ?? pathsOf(valueName);
}

/** The values of an argument; null where nobody can know them. */
export function argumentValues(command: string, name: string): ValueWords | null {
  return OF_ARGUMENTS[`${command} ${name}`] ?? pathsOf(name);
}

export function plain(words: readonly string[]): ValueWords {
  return { kind: 'words', words: words.map((word) => ({ word, help: '' })) };
}

function pathsOf(valueName: string): ValueWords | null {
  if (/\bfolder\b/.test(valueName)) return { kind: 'folders' };
  return /\bfiles?\b/.test(valueName) ? { kind: 'files' } : null;
}

function columnsOf(columns: readonly Column[]): ValueWords {
  return { kind: 'words', words: columnWords([...SLED_COLUMNS, ...columns]) };
}

function stateColumns(columns: readonly Column[]): ValueWords {
  return columnsOf([...columns, ...JOINED_COLUMNS]);
}

function columnWords(columns: readonly Column[]): readonly Word[] {
  return columns.map(({ name, help }) => ({ word: name, help }));
}

/**
 * The states of a downstairs as its upstairs sees them, in one spelling: the snake_case words that Crucible
 * itself used from 2022 to January 2025. Crucible's history knows four encodings of the same states and two
 * sets of three-letter codes; `canonicalState` reads them all.
 */
const STATE_BY_LOOSE_NAME: Readonly<Record<string, string>> = {
  // names of today
  active: 'active',
  new: 'new',
  waitquorum: 'wait_quorum',
  reconcile: 'reconcile',
  liverepairready: 'live_repair_ready',
  liverepair: 'live_repair',
  faulted: 'faulted',
  offline: 'offline',
  replacing: 'replacing',
  replaced: 'replaced',
  disabled: 'disabled',
  deactivated: 'deactivated',
  negotiationfailed: 'negotiation_failed',
  // names that were
  waitactive: 'wait_active',
  connecting: 'connecting',
  replay: 'replay',
  repair: 'reconcile',
  failedreconcile: 'failed_reconcile',
  failedrepair: 'failed_reconcile',
  onlinerepair: 'live_repair',
  onlinerepairready: 'live_repair_ready',
  failed: 'faulted',
  fault: 'faulted',
  badversion: 'bad_version',
  badregion: 'bad_region',
  disconnected: 'disconnected',
  migrating: 'migrating',
  verifying: 'verifying',
  unknown: 'unknown',
  // codes of the hand-run scripts
  act: 'active',
  wq: 'wait_quorum',
  rec: 'reconcile',
  lrr: 'live_repair_ready',
  lr: 'live_repair',
  flt: 'faulted',
  ofl: 'offline',
  rpc: 'replacing',
  rpl: 'replaced',
  dis: 'disabled',
  dav: 'deactivated',
  nf: 'negotiation_failed',
  wa: 'wait_active',
  con: 'connecting',
};

/** States of a connecting downstairs that are shown whatever its connection mode is. */
const SHOWN_WHILE_CONNECTING = new Set(['wait_quorum', 'reconcile', 'live_repair_ready']);

/** A state word, and whether it is one that some version of Crucible is known to use. */
export interface ReadState {
  /** snake_case; `unknown` where the text holds none. */
  readonly word: string;
  readonly known: boolean;
}

/**
 * Reads a downstairs state in any of Crucible's encodings: `Active`, `active`, `ACT`,
 * `{"type":"stopping","value":{"type":"replacing"}}`. A word that no version used is given back in snake_case,
 * marked as not known, since a newer Crucible may have it.
 */
export function canonicalState(text: string): ReadState {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === '-') return { word: 'unknown', known: false };
  if (trimmed.startsWith('{')) return stateOfObject(trimmed);
  const known = STATE_BY_LOOSE_NAME[trimmed.replaceAll('_', '').toLowerCase()];
  if (known !== undefined) return { word: known, known: known !== 'unknown' };
  return { word: snakeCase(trimmed), known: false };
}

/** The object encoding of January to September 2025. */
function stateOfObject(text: string): ReadState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { word: 'unknown', known: false };
  }
  const type = textIn(value, 'type');
  const inner = fieldOf(value, 'value');
  if (type === 'stopping') return canonicalState(textIn(inner, 'type') ?? '');
  if (type === 'connecting') {
    const shown = canonicalState(textIn(fieldOf(inner, 'state'), 'type') ?? '');
    if (SHOWN_WHILE_CONNECTING.has(shown.word)) return shown;
    return canonicalState(textIn(inner, 'mode') ?? 'connecting');
  }
  return canonicalState(type ?? '');
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

function textIn(value: unknown, name: string): string | null {
  const found = fieldOf(value, name);
  return typeof found === 'string' ? found : null;
}

function snakeCase(text: string): string {
  return text
    .replace(/^_+/, '')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** Every word that `canonicalState` may give for a known state, for help and for checking `--state`. */
export const STATE_WORDS: readonly string[] = [...new Set(Object.values(STATE_BY_LOOSE_NAME))];

/** The states of Crucible as it is now; the others are of its former versions. */
export const STATES_OF_TODAY: readonly string[] = [
  'active',
  'new',
  'wait_quorum',
  'reconcile',
  'live_repair_ready',
  'live_repair',
  'faulted',
  'offline',
  'replacing',
  'replaced',
  'disabled',
  'deactivated',
  'negotiation_failed',
];

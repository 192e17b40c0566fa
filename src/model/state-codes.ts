/**
 * The codes of states that `cmon` and the scripts on sleds have, each with how Crucible spells the state: now, and from
 * 2022 to January 2025.
 */
export const STATE_CODES: readonly (readonly [code: string, today: string, former: string])[] = [
  ['ACT', 'Active', 'active'],
  ['NEW', 'New', 'new'],
  ['WQ', 'WaitQuorum', 'wait_quorum'],
  ['REC', 'Reconcile', 'reconcile'],
  ['LRR', 'LiveRepairReady', 'live_repair_ready'],
  ['LR', 'LiveRepair', 'live_repair'],
  ['FLT', 'Faulted', 'faulted'],
  ['OFL', 'Offline', 'offline'],
  ['RPC', 'Replacing', 'replacing'],
  ['RPL', 'Replaced', 'replaced'],
  ['DIS', 'Disabled', 'disabled'],
  ['DAV', 'Deactivated', 'deactivated'],
  ['NF', 'NegotiationFailed', 'negotiation_failed'],
];

/** Codes that scripts had for states of former Crucibles. */
const FORMER_CODES: readonly (readonly [code: string, word: string])[] = [
  ['WA', 'wait_active'],
  ['CON', 'connecting'],
];

const CODE_OF: ReadonlyMap<string, string> = new Map([
  ...STATE_CODES.map(([code, , word]): [string, string] => [word, code]),
  ...FORMER_CODES.map(([code, word]): [string, string] => [word, code]),
]);

/** `FLT` for `faulted`, `ACT/FLT/ACT` for those of three: codes of states' words; a word without one as it is. */
export function stateCode(words: string): string {
  return words
    .split('/')
    .map((word) => CODE_OF.get(word) ?? word)
    .join('/');
}

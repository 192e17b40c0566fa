import { describe, expect, it } from 'vitest';
import { canonicalState, STATE_WORDS } from '../../src/model/downstairs-state.ts';

describe('canonicalState', () => {
  it.each([
    // today, and 2021 to 2022: CamelCase
    ['Active', 'active'],
    ['LiveRepair', 'live_repair'],
    ['LiveRepairReady', 'live_repair_ready'],
    ['WaitQuorum', 'wait_quorum'],
    ['NegotiationFailed', 'negotiation_failed'],
    ['_Migrating', 'migrating'],
    // 2022 to January 2025: snake_case, with names that were renamed since
    ['active', 'active'],
    ['repair', 'reconcile'],
    ['failed_repair', 'failed_reconcile'],
    ['online_repair', 'live_repair'],
    ['online_repair_ready', 'live_repair_ready'],
    ['failed', 'faulted'],
    ['wait_active', 'wait_active'],
    // January to September 2025: objects
    ['{"type":"active"}', 'active'],
    ['{"type":"live_repair"}', 'live_repair'],
    ['{"type":"stopping","value":{"type":"replacing"}}', 'replacing'],
    ['{"type":"stopping","value":{"type":"fault","value":"io_error"}}', 'faulted'],
    ['{"type":"connecting","value":{"state":{"type":"wait_quorum"},"mode":"new"}}', 'wait_quorum'],
    [
      '{"type":"connecting","value":{"state":{"type":"live_repair_ready"},"mode":"faulted"}}',
      'live_repair_ready',
    ],
    ['{"type":"connecting","value":{"state":{"type":"start"},"mode":"offline"}}', 'offline'],
    ['{"type":"connecting","value":{"state":{"type":"wait_connect"},"mode":"replaced"}}', 'replaced'],
    // the codes of the hand-run scripts
    ['ACT', 'active'],
    ['LRR', 'live_repair_ready'],
    ['FLT', 'faulted'],
    ['NF', 'negotiation_failed'],
    ['Fault', 'faulted'],
  ])('reads %s as %s', (text, word) => {
    expect(canonicalState(text)).toEqual({ word, known: true });
  });

  it('keeps a word that no version used, and says that it is not known', () => {
    expect(canonicalState('HalfAwake')).toEqual({ word: 'half_awake', known: false });
    expect(canonicalState('{"type":"half_awake"}')).toEqual({ word: 'half_awake', known: false });
  });

  it.each(['', '-', '{', '{"type":7}', '{}'])('calls %j unknown', (text) => {
    expect(canonicalState(text)).toEqual({ word: 'unknown', known: false });
  });

  it('reads each of its own words as itself', () => {
    for (const word of STATE_WORDS) expect(canonicalState(word).word).toBe(word);
  });
});

/**
 * Names under which Crucible's own scripts and their documents are known, where ours has another: what people type.
 * Each stands for the probe that answers the same question.
 */
export const SEED_NAMES: ReadonlyMap<string, string> = new Map([
  ['get-ds-state', 'ds-state'],
  ['get-lr-state', 'lr-state'],
  ['get-up-state', 'up_state'],
  ['up-info', 'up_state'],
  ['simple', 'up_state'],
  ['perf-net-ds', 'perf-ds-net'],
  ['perf-client-ds', 'perf-ds-client'],
  ['perf-upstairs-wf', 'perf-upstairs-rw'],
  ['perf-downstairs-d', 'perf-downstairs'],
  ['perf-downstairs-tick', 'perf-downstairs'],
  ['perf-online-repair', 'perf-live-repair'],
]);

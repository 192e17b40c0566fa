import { tableProbe } from '../kinds/table-probe.ts';

/** Turns of the main loop of every upstairs, with their rates. */
export const upstairsAction = tableProbe({
  name: 'upstairs_action',
  summary: 'turns of the main loop of every upstairs, with their rates',
  headings: 'ZONE PID UPSTAIRS SESSION APPLY DOWN_S GUEST DFR_BLK DFR_MSG FLUSH_CHK STAT_CHK CTRL_CHK NOOP',
  key: ['zone', 'pid', 'upstairs_id', 'session_id'],
  kind: 'status',
  pid: 'optional',
  interval: 1,
  cost: 'one JSON record an upstairs and second',
  ratesOf: [
    'apply',
    'action_downstairs',
    'action_guest',
    'action_deferred_block',
    'action_deferred_message',
    'action_flush_check',
    'action_stat_check',
    'action_control_check',
    'action_noop',
  ],
});

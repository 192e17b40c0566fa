import { reportTable } from '../kinds/report-table.ts';

/** Turns of the main loop. */
const TURNS = [
  'apply',
  'action_downstairs',
  'action_guest',
  'action_deferred_block',
  'action_deferred_message',
  'action_leak_check',
  'action_flush_check',
  'action_stat_check',
  'action_repair_check',
  'action_control_check',
  'action_noop',
] as const;

/** Turns of the main loop of every upstairs, with their rates. */
export const upstairsAction = reportTable({
  name: 'upstairs_action',
  summary: 'turns of the main loop of every upstairs, by kind',
  fields: TURNS,
  ratesOf: TURNS.filter((name) => name !== 'action_leak_check' && name !== 'action_repair_check'),
  pid: 'optional',
});

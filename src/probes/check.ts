import { CHECK_FIELDS } from '../fields/status-fields.ts';
import { statusProbe } from '../kinds/status-probe.ts';
import { checkStateAndRepairs } from '../kinds/upstairs-counters.ts';

/**
 * What `cruc-fleet check` asks of a sled: states and counters of one moment, in one run of dtrace. It is no probe of
 * `run`. A counter that an older Crucible does not report is null and no issue, since the states are whole without it.
 */
export const checkProbe = statusProbe({
  name: 'check',
  summary: 'the states and repair counters of every upstairs',
  script: 'get-lr-state.sh',
  flags: ['-a'],
  fields: CHECK_FIELDS,
  // Only the states stand in a narrow table.
  wide: CHECK_FIELDS.filter((name) => name !== 'ds'),
  lacking: 'older',
  check: checkStateAndRepairs,
});

import { FIELDS_READ } from '../alert/columns-read.ts';
import type { FieldName } from '../fields/report-fields.ts';
import { statusProbe } from '../kinds/status-probe.ts';
import { checkStateAndRepairs } from '../kinds/upstairs-counters.ts';

/** A rule must not wait for ever for what no sled is asked: it names fields of the report, or this does not compile. */
const COUNTERS: readonly FieldName[] = FIELDS_READ;

/**
 * What `cruc-fleet check` asks of a sled: states, and the counters that its rules read, of one moment, in one run of
 * dtrace. `run` does not have it. A counter that an older Crucible does not report is null and no issue, since the
 * states are whole without it.
 */
export const checkProbe = statusProbe({
  name: 'check',
  summary: 'the states and repair counters of every upstairs',
  script: 'get-lr-state.sh',
  flags: ['-a'],
  fields: ['ds', ...COUNTERS],
  // Only the states stand in a narrow table.
  wide: COUNTERS,
  lacking: 'older',
  check: checkStateAndRepairs,
});

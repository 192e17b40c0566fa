import { formatDuration } from '../../model/duration.ts';
import { eachDownstairs } from '../downstairs-symptoms.ts';
import { perDownstairs } from '../fields.ts';
import { defineRule } from '../rule.ts';
import type { MovedUpstairs } from '../scene.ts';
import { DOWNSTAIRS, type Downstairs } from '../subject.ts';
import { duration, MINUTE_MS } from '../threshold.ts';

const REPAIRS = [...perDownstairs('live_repair_completed'), ...perDownstairs('live_repair_aborted')] as const;
type Repairs = (typeof REPAIRS)[number];

/** One that is faulted is lost for as long as its process is away; these wait for what the two others could do. */
const WAITING = new Set(['offline', 'replacing', 'replaced', 'live_repair_ready']);

export const repairNotBegun = defineRule({
  name: 'repair_not_begun',
  severity: 'critical',
  forMs: 0,
  thresholds: {
    after: duration({
      default: 30 * MINUTE_MS,
      help: 'how long a downstairs waits while the two others are active',
    }),
  },
  summary: 'a downstairs waits for a live repair that does not begin',
  counted: ['repair not begun', 'repairs not begun'],
  nextStep:
    'Check that the sled of the downstairs answers and that its crucible zone runs. If both do, the log of the propolis says why no live repair begins.',
  isInStates: true,
  isAboutDownstairs: true,
  reads: REPAIRS,
  marks: (upstairs) => ({
    waits_0: markOf(upstairs, 0),
    waits_1: markOf(upstairs, 1),
    waits_2: markOf(upstairs, 2),
  }),
  see: (scene, { after }) =>
    eachDownstairs(scene, (upstairs, downstairs) => {
      const progress = scene.progress(upstairs, `waits_${downstairs}`);
      const lasting = progress === null ? 0 : scene.now - progress.since;
      if (progress === null || lasting <= 0 || lasting < after) return null;
      const state = upstairs.states[downstairs];
      const message = `downstairs ${downstairs} is ${state} and has waited for ${formatDuration(lasting)} while the others are active`;
      return { message, since: progress.since };
    }),
});

/** A repair that came and went between two runs changes it. */
function markOf({ states, value }: MovedUpstairs<Repairs, never>, downstairs: Downstairs): string | null {
  if (states === null || !WAITING.has(states[downstairs])) return null;
  if (!DOWNSTAIRS.every((each) => each === downstairs || states[each] === 'active')) return null;
  const completed = value(`live_repair_completed_${downstairs}`) ?? 'unknown';
  const aborted = value(`live_repair_aborted_${downstairs}`) ?? 'unknown';
  return `${completed} completed, ${aborted} aborted`;
}

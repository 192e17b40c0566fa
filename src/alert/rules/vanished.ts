import { defineRule, type Symptom } from '../rule.ts';
import type { MissingUpstairs } from '../scene.ts';
import { sightWithoutUpstairs } from '../subject.ts';

const WORK = ['up_count', 'ds_count', 'write_bytes_out'] as const;

/** Its process goes on: it hangs, or it was let go of, as a read-only parent is once it was scrubbed. */
export const vanished = defineRule({
  name: 'vanished',
  severity: 'warning',
  forMs: 0,
  thresholds: {},
  summary: 'an upstairs no longer reports, although its process does',
  counted: ['upstairs vanished', 'upstairs vanished'],
  nextStep:
    'Find out whether its disk was detached. If not, the upstairs may hang: check that its guest answers.',
  isInStates: false,
  compares: WORK,
  see: ({ missing }) =>
    missing.map((each): Symptom => {
      const { rack, zone, upstairsId, sled, cubby, pid, sessionId } = each;
      const doubt = doubtOf(each);
      const since = `last report ${new Date(each.at).toISOString().replace(/\.\d+Z$/, 'Z')}; its process still reports others`;
      const why = doubt ?? 'either a parent was scrubbed or a disk was detached';
      return {
        subject: { rack, zone, upstairsId, downstairs: null, sled: null },
        sight: {
          ...sightWithoutUpstairs(`${since}; ${why}`, { sleds: [sled], cubby }),
          pid,
          sessionId,
        },
        ...(doubt === null ? { isListed: true } : {}),
      };
    }),
});

/** What speaks against an upstairs that was let go of in peace; null where nothing does. */
function doubtOf({ states, values, wrote, isOnly }: MissingUpstairs): string | null {
  if (states.some((state) => state !== 'active')) return `its downstairs were ${states.join('/')}`;
  if (isOnly) return 'it was the only upstairs of its process';
  const [jobs, queued, bytes] = WORK.map((name) => values[name] ?? null);
  if (jobs !== 0) return `${jobs ?? 'an unknown number of'} unanswered jobs of its guest`;
  if (queued !== 0) return `${queued ?? 'an unknown number of'} jobs in its queue`;
  if (bytes !== 0) return `${bytes ?? 'an unknown number of'} bytes of writes in flight`;
  return wrote ? 'it was written to before' : null;
}

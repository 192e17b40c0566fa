import { groupBy } from '../../model/group-by.ts';
import { formatDuration } from '../../model/duration.ts';
import { defineRule, type Symptom } from '../rule.ts';
import { count } from '../threshold.ts';
import { isPantry, sightOf, subjectOf, type Upstairs } from '../upstairs.ts';

/** Not of a pantry, which has an upstairs only while it works on a volume: mostly its silence means nothing. */
export const noReport = defineRule({
  name: 'no_report',
  severity: 'warning',
  forMs: 0,
  thresholds: {
    runs: count({
      default: 12,
      help: 'unchanged runs after which a process that never reported is only listed',
    }),
  },
  summary: 'a propolis process runs and none of its upstairs reports',
  counted: ['process not reporting', 'processes not reporting'],
  nextStep: 'Check that its guest answers. A propolis without any Crucible disk looks the same.',
  isInStates: true,
  see: (scene, { runs }) => {
    const blind = blindSleds(scene.upstairs);
    return scene.upstairs
      .filter(({ health, zone }) => health === 'no_report' && !isPantry(zone))
      .map((each): Symptom => {
        const subject = subjectOf(each, null);
        const silence = scene.silence(each);
        if (silence === null || silence.hasReported || silence.runs <= runs || blind.has(each.sled)) {
          return { subject, sight: sightOf(each, 'no sign of any upstairs within the window') };
        }
        const lasting = `${silence.runs} runs (${formatDuration(scene.now - silence.since)})`;
        const message = `no sign of any upstairs in ${lasting}, and no change: it may have no Crucible disk`;
        return { subject, sight: sightOf(each, message), isListed: true };
      });
  },
});

/** Where several processes are silent and none reports, this login may see no probe at all. */
function blindSleds(upstairs: readonly Upstairs[]): ReadonlySet<string> {
  const guests = upstairs.filter(({ zone }) => !isPantry(zone));
  const blind = [...groupBy(guests, ({ sled }) => sled)].filter(
    ([, here]) => here.length > 1 && here.every(({ health }) => health === 'no_report'),
  );
  return new Set(blind.map(([sled]) => sled));
}

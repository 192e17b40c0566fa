import type { Sled } from '../model/sled.ts';
import type { Symptom } from './rule.ts';
import { sightWithoutUpstairs } from './subject.ts';

/** Something that is wrong with a sled. */
export function sledSymptom({ rack, id, cubby }: Sled, message: string, since?: number): Symptom {
  return {
    subject: { rack, zone: null, upstairsId: null, downstairs: null, sled: id },
    sight: sightWithoutUpstairs(message, { sleds: [id], cubby, ...(since === undefined ? {} : { since }) }),
  };
}

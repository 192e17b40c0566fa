import { placesCount, placesText, severalPlaces } from '../../model/active-places.ts';
import { defineRule, type Symptom } from '../rule.ts';
import { sightOf, subjectOf, upstairsOf } from '../upstairs.ts';

/** Two writers of one disk. One that only seems to be active twice, since it migrated between two looks, is none. */
export const activeTwice = defineRule({
  name: 'active_twice',
  severity: 'critical',
  forMs: 0,
  thresholds: {},
  summary: 'one upstairs is active on two sleds, or in two processes of one',
  counted: ['disk active twice', 'disks active twice'],
  nextStep:
    'Two writers destroy a disk. Find out which process owns the instance (omdb db instances) before either writes more.',
  isInStates: false,
  acrossSleds: true,
  see: ({ report, activeTwice: known }) =>
    [...severalPlaces(report.rows)].flatMap(([id, rows]): readonly Symptom[] => {
      if (known !== null && !known.has(id)) return [];
      const places = rows.toSorted((a, b) => (String(a['sled']) < String(b['sled']) ? -1 : 1));
      const [first] = places.map(upstairsOf);
      if (first === undefined) return [];
      const sight = sightOf(first, `${placesCount(places)}: ${placesText(places)}`);
      const sleds = [...new Set(places.map((row) => String(row['sled'])))];
      return [{ subject: { ...subjectOf(first, null), zone: null }, sight: { ...sight, pid: null, sleds } }];
    }),
});

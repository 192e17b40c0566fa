import { activePlaces } from '../../model/active-places.ts';
import { defineRule, type Symptom } from '../rule.ts';
import { sightOf, subjectOf, upstairsOf } from '../upstairs.ts';

/** Two writers of one disk. */
export const activeTwice = defineRule({
  name: 'active_twice',
  severity: 'critical',
  forMs: 0,
  thresholds: {},
  summary: 'one upstairs is active on two sleds',
  counted: ['active twice', 'active twice'],
  acrossSleds: true,
  see: ({ report }) =>
    [...activePlaces(report.rows).values()].flatMap((rows): readonly Symptom[] => {
      const places = rows.map(upstairsOf).toSorted((a, b) => (a.sled < b.sled ? -1 : 1));
      const [first] = places;
      if (first === undefined || places.length < 2) return [];
      const where = places.map(({ sled, pid }) => `${sled} PID ${pid ?? 'unknown'}`).join(' and ');
      const sight = sightOf(first, `active on ${places.length} sleds: ${where}`);
      const sleds = places.map(({ sled }) => sled);
      return [{ subject: { ...subjectOf(first, null), zone: null }, sight: { ...sight, pid: null, sleds } }];
    }),
});

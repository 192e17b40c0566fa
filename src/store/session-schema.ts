import { z } from 'zod';
import type { Progress, SessionMemory } from '../alert/memory.ts';
import { count, downstairs, maybe, text, texts, time } from './kept-values.ts';

const three = z.tuple([maybe(z.number()), maybe(z.number()), maybe(z.number())]).readonly();
const progress = z.object({ mark: text, since: time }).readonly();
const lastReport = z
  .object({
    sled: text,
    zone: text,
    pid: maybe(z.number()),
    upstairsId: maybe(text),
    states: texts,
    wrote: z.boolean(),
    isOnly: z.boolean(),
  })
  .readonly();
const repairSight = z.object({ at: time, repaired: z.number(), confirmed: z.number() }).readonly();
const repairs = z
  .array(maybe(z.object({ first: repairSight, last: repairSight, extent: maybe(z.number()) }).readonly()))
  .readonly();
const occurrences = z.array(z.object({ at: time, downstairs, by: count }).readonly()).readonly();

/**
 * What is kept of an upstairs, as version 0.1.0 wrote it: what the rules of then compared has keys of its own. What
 * other rules keep stands under `values`, `marks`, `occurrences`, `last` and `repairs`, which version 0.1.0 does not have and passes over.
 */
const stored = z.object({
  id: text,
  sessionId: maybe(text),
  at: time,
  aborted: three,
  connected: three,
  replaced: three,
  repair: z.tuple([maybe(progress), maybe(progress), maybe(progress)]).readonly(),
  reconcile: maybe(progress),
  rises: occurrences,
  values: z.record(text, maybe(z.number())).optional(),
  marks: z.record(text, z.record(text, progress)).optional(),
  occurrences: z.record(text, occurrences).optional(),
  last: lastReport.optional(),
  repairs: repairs.optional(),
});

type Stored = z.output<typeof stored>;

/** What is kept of an upstairs in the state file. */
export const sessionSchema = z.codec(stored, z.custom<SessionMemory>(), { decode, encode });

function decode(session: Stored): SessionMemory {
  const { id, sessionId, at, aborted, connected, replaced, repair, reconcile, rises } = session;
  const repairs = {
    ...session.marks?.['repair_stalled'],
    ...known({ repair_0: repair[0], repair_1: repair[1], repair_2: repair[2], reconcile }),
  };
  return {
    id,
    sessionId,
    at,
    values: {
      ...session.values,
      ...columns('live_repair_aborted', aborted),
      ...columns('connected', connected),
      ...columns('replaced', replaced),
    },
    marks: { ...session.marks, ...(isEmpty(repairs) ? {} : { repair_stalled: repairs }) },
    occurrences: { ...session.occurrences, ...(rises.length === 0 ? {} : { flapping: rises }) },
    last: session.last ?? null,
    repairs: session.repairs ?? null,
  };
}

function encode({
  id,
  sessionId,
  at,
  values,
  marks,
  occurrences,
  last,
  repairs: underWay,
}: SessionMemory): Stored {
  const threeOf = (name: string): Stored['aborted'] => [
    values[`${name}_0`] ?? null,
    values[`${name}_1`] ?? null,
    values[`${name}_2`] ?? null,
  ];
  const { repair_stalled: repairs = {}, ...otherMarks } = marks;
  const { repair_0 = null, repair_1 = null, repair_2 = null, reconcile = null, ...otherRepairs } = repairs;
  const { flapping: rises = [], ...otherOccurrences } = occurrences;
  const others = {
    values: Object.fromEntries(Object.entries(values).filter(([column]) => !OF_OLD.test(column))),
    marks: isEmpty(otherRepairs) ? otherMarks : { ...otherMarks, repair_stalled: otherRepairs },
    occurrences: otherOccurrences,
  };
  return {
    id,
    sessionId,
    at,
    aborted: threeOf('live_repair_aborted'),
    connected: threeOf('connected'),
    replaced: threeOf('replaced'),
    repair: [repair_0, repair_1, repair_2],
    reconcile,
    rises,
    ...(isEmpty(others.values) ? {} : { values: others.values }),
    ...(isEmpty(others.marks) ? {} : { marks: others.marks }),
    ...(isEmpty(others.occurrences) ? {} : { occurrences: others.occurrences }),
    ...(last === null ? {} : { last }),
    ...(underWay === null ? {} : { repairs: underWay }),
  };
}

/** The columns that have keys of their own in the file. */
const OF_OLD = /^(live_repair_aborted|connected|replaced)_[012]$/;

function columns(name: string, values: Stored['aborted']): Readonly<Record<string, number | null>> {
  return Object.fromEntries(values.map((value, index) => [`${name}_${index}`, value]));
}

function known(marks: Readonly<Record<string, Progress | null>>): Readonly<Record<string, Progress>> {
  return Object.fromEntries(
    Object.entries(marks).filter((each): each is [string, Progress] => each[1] !== null),
  );
}

function isEmpty(values: object): boolean {
  return Object.keys(values).length === 0;
}

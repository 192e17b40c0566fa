import { join } from 'node:path';
import { measure, median, NODE } from './measure.mjs';

/** The command line of the program in a built copy of the repository. */
export function programIn(folder) {
  return `'${process.execPath}' '${join(folder, 'bin/cruc-fleet.js')}'`;
}

/** The same, by a node that tells its peak memory. */
export function telling(program) {
  return program.replace(`'${process.execPath}'`, NODE);
}

/**
 * Ours and each peer once a round, after one run of ours that is not counted, unless it is long. Gives the samples of
 * both by the name of the peer.
 */
export async function inPairs(ours, peers, rounds) {
  if (ours.isLong !== true) await measure(ours.command, ours);
  const samples = peers.map((peer) => ({ peer, ours: [], theirs: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const sample of samples) {
      sample.ours.push(await measure(ours.command, ours));
      sample.theirs.push(await measure(sample.peer.command, sample.peer));
      if (sample.theirs.at(-1).lines === 0 && sample.peer.prints !== false) {
        throw new Error(`nothing came of ${sample.peer.command}`);
      }
      process.stderr.write('.');
    }
  }
  return samples;
}

/**
 * One row of a table: medians of both, and the median of the ratios of the pairs with the least and the greatest. A
 * goal is for ours, or for the ratio.
 */
export function rowOf({ peer, ours, theirs }, { what, unit, value, each = 1, digits = 0, goal = null }) {
  const of = (list) => list.map((one) => value(one) / each);
  const ratios = of(ours).map((mine, i) => mine / of(theirs)[i]);
  const rounded = (number, places) => Number(number.toFixed(places));
  const mine = rounded(median(of(ours)), digits);
  const ratio = rounded(median(ratios), 3);
  return {
    what,
    unit,
    ours: mine,
    next_to: peer.name,
    theirs: rounded(median(of(theirs)), digits),
    ratio,
    ratios: [Math.min(...ratios), Math.max(...ratios)].map((each) => rounded(each, 2)),
    ...(goal === null
      ? {}
      : {
          goal: goal.ratio === undefined ? `${goal.ours} ${unit}` : `ratio ${goal.ratio}`,
          reached: goal.ratio === undefined ? mine <= goal.ours : ratio <= goal.ratio,
        }),
  };
}

/** A row of what stands next to nothing. */
export function loneRow({ what, unit, ours, goal = null }) {
  const reached = goal === null ? {} : { goal: [goal, unit].join(' '), reached: ours <= goal };
  return { what, unit, ours, ...reached };
}

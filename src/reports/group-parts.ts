import { sledsOf } from '../distribution/distribution-group.ts';
import type { Distribution } from '../model/histogram.ts';
import { FleetError } from '../model/error.ts';

/** The distributions of one report, the runs that it is of, and of each sled the run that its answer is of. */
export interface GroupPart {
  readonly name: string;
  readonly runs: ReadonlySet<string>;
  readonly runOf: ReadonlyMap<string, string>;
  readonly distributions: readonly Distribution[];
}

/**
 * The distributions that count, each sample once: of reports of the same runs one, and none that a newer answer of its
 * sled stands for. `answers` is the run whose answer counts, by sled. Throws `usage` where sums over sleds would have to
 * be taken apart.
 */
export function countedDistributions(
  parts: readonly GroupPart[],
  answers: ReadonlyMap<string, string>,
): readonly Distribution[] {
  const kept: GroupPart[] = [];
  // The greater first, so that one that holds another stands for it.
  for (const part of [...parts].sort((a, b) => b.runs.size - a.runs.size)) {
    if (kept.some(({ runs }) => [...part.runs].every((run) => runs.has(run)))) continue;
    const other = kept.find(({ runs }) => [...part.runs].some((run) => runs.has(run)));
    if (other !== undefined) {
      throw new FleetError(
        'usage',
        `${part.name} and ${other.name} were merged of runs that they share, and their latencies cannot be taken apart; merge the reports that they were made of`,
      );
    }
    kept.push(part);
  }
  return kept.flatMap((part) =>
    part.distributions.filter((distribution) => counts(distribution, part, answers)),
  );
}

function counts(
  distribution: Distribution,
  { name, runOf }: GroupPart,
  answers: ReadonlyMap<string, string>,
): boolean {
  const sleds = sledsOf(distribution);
  const current = sleds.filter((sled) => answers.get(sled) === runOf.get(sled));
  if (current.length === sleds.length) return true;
  if (current.length === 0) return false;
  const old = sleds.find((sled) => answers.get(sled) !== runOf.get(sled));
  throw new FleetError(
    'usage',
    `${name} has latencies added up over sleds, and ${old} answered in a newer run too; merge reports made with --by sled, or recordings`,
  );
}

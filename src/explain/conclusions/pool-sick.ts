import { known } from '../../facts/value.ts';
import type { Rule } from '../conclusion.ts';
import { stateEvidence } from '../conclusion.ts';

/** The pool below a copy is not healthy, whether the copy is lost already or not. */
export const poolSick: Rule = ({ copies }) =>
  copies.flatMap((copy) => {
    const { index, pool, sled, place } = copy;
    if (pool === null || pool.health === 'ONLINE') return [];
    const disk = known(place.physicalDisk);
    const where = [...(disk === null ? [] : [`disk ${disk}`]), ...(sled === null ? [] : [sled])].join(' in ');
    return [
      {
        index,
        says: `the pool of downstairs ${index}, oxp_${pool.pool}${where === '' ? '' : ` on ${where}`}, is ${pool.health}`,
        evidence: [`${pool.health} (${pool.source})`, stateEvidence(copy)] as const,
      },
    ];
  });

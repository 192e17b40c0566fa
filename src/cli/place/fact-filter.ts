import { diskIdOf } from '../../facts/disk-of.ts';
import type { FactBase } from '../../facts/fact-base.ts';
import { disksNamed, disksOfInstance } from '../../facts/find-upstairs.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import type { FactFilterOptions } from '../options/fact-filter-options.ts';

/** The upstairs of the disks and instances that are named. */
export interface FactFilter {
  /** As the report says it: `disk boot; instance web`. */
  readonly text: string;
  readonly keeps: (upstairsId: string) => boolean;
  /** The disks that it names. */
  readonly disks: readonly string[];
}

/** By kept facts; null where nothing is named. Throws `usage` where no fact names what is. */
export function factFilter(base: FactBase, { disk, instance }: FactFilterOptions): FactFilter | null {
  if (disk === undefined && instance === undefined) return null;
  const disks = disk?.flatMap((word) => found('disk', word, disksNamed(base, word)));
  const ofInstances = instance?.flatMap((word) => found('instance', word, disksOfInstance(base, word)));
  const texts = [
    ...(disk === undefined ? [] : [`disk ${disk.join(',')}`]),
    ...(instance === undefined ? [] : [`instance ${instance.join(',')}`]),
  ];
  return {
    disks: [...new Set([...(disks ?? []), ...(ofInstances ?? [])])],
    text: texts.join('; '),
    keeps: (id) => {
      // The upstairs of a read-only parent is of its disk too.
      const own = [id, diskIdOf(base, id)];
      return [disks, ofInstances].every((ids) => ids === undefined || own.some((each) => ids.includes(each)));
    },
  };
}

function found(option: 'disk' | 'instance', word: string, ids: readonly string[]): readonly string[] {
  if (ids.length > 0) return ids;
  const source = option === 'disk' ? 'omdb db disks list' : 'omdb db instances and omdb db disks list';
  throw new FleetError(
    'usage',
    `--${option}: no kept fact names the ${option} '${printable(word)}'; give what ${source}, or the API, prints to cruc-fleet facts import`,
  );
}

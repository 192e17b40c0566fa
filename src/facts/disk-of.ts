import { claimsOf, type FactBase, type Told } from './fact-base.ts';
import type { FactKind } from './fact.ts';
import type { DiskPlace } from './place.ts';
import { settle, unknown, type Value } from './value.ts';

/** The disk in whose volume an upstairs is, which is the upstairs's own id unless it is of a read-only parent. */
export function diskIdOf(base: FactBase, upstairsId: string): string {
  const told = base.by('upstairs', 'id', upstairsId);
  return told.find(({ fact }) => fact.disk !== null)?.fact.disk ?? upstairsId;
}

/** Whose disk it is that an upstairs serves: names, size and parent. */
export function diskOf(base: FactBase, upstairsId: string): DiskPlace {
  const id = diskIdOf(base, upstairsId);
  const disks = base.by('disk', 'id', id);
  const missing = (...kinds: readonly FactKind[]): Value<never> =>
    unknown(kinds.some((kind) => base.all(kind).length > 0) ? 'not_in_source' : 'no_source');
  const instances = instancesOf(base, disks);
  const projectNames = claimsOf(instances, ({ projectName }) => projectName);
  const projectIds = [
    ...claimsOf(disks, ({ project }) => project),
    ...claimsOf(instances, ({ project }) => project),
  ];
  return {
    disk: settle(
      claimsOf(disks, ({ name }) => name),
      missing('disk'),
    ),
    instance: settle(
      [...claimsOf(disks, ({ instanceName }) => instanceName), ...claimsOf(instances, ({ name }) => name)],
      missing('disk', 'instance'),
    ),
    project: settle(projectNames.length > 0 ? projectNames : projectIds, missing('disk')),
    size: settle(
      claimsOf(disks, ({ size }) => size),
      missing('disk'),
    ),
    hasParent: settle(
      claimsOf(disks, ({ hasParent }) => hasParent),
      missing('disk'),
    ),
    isParent: base.by('upstairs', 'id', upstairsId).some(({ fact }) => fact.isParent),
  };
}

/** The instances that a disk is attached to, by its newest word on that. */
function instancesOf(base: FactBase, disks: readonly Told<'disk'>[]): readonly Told<'instance'>[] {
  const attached = settle(
    claimsOf(disks, ({ instance }) => instance),
    unknown('no_source'),
  );
  return 'value' in attached ? base.by('instance', 'id', attached.value) : [];
}

import type { FactBase } from './fact-base.ts';
import { claimsOf } from './fact-base.ts';

/** Upstairs that a word may mean, by what facts say: an id or its beginning, a disk's name, PROJECT/NAME, an instance's zone. */
export function upstairsNamed(base: FactBase, word: string): readonly string[] {
  const ids = new Set<string>();
  const lower = word.toLowerCase();
  if (/^[0-9a-f-]{6,36}$/.test(lower)) {
    for (const { fact } of [...base.all('disk'), ...base.all('upstairs')])
      if (fact.id.startsWith(lower)) ids.add(fact.id);
  }
  for (const id of disksNamed(base, word)) ids.add(id);
  const propolis = /(?:^oxz_propolis-server_|^propolis[ -])?([0-9a-f]{8}[0-9a-f-]*)$/.exec(lower)?.[1];
  if (propolis !== undefined) {
    for (const { fact } of base.all('instance'))
      if (fact.propolis?.startsWith(propolis) === true)
        for (const disk of base.by('disk', 'instance', fact.id)) ids.add(disk.fact.id);
  }
  return [...ids].toSorted();
}

/** The disks of a name, in whatever project; of `PROJECT/NAME` in that one, by its name or id. */
export function disksNamed(base: FactBase, word: string): readonly string[] {
  const slash = word.lastIndexOf('/');
  const name = word.slice(slash + 1);
  const project = slash < 0 ? null : word.slice(0, slash);
  const ids = base
    .by('disk', 'name', name)
    .map(({ fact }) => fact.id)
    .filter((id) => project === null || projectsOf(base, id).has(project));
  return [...new Set(ids)];
}

/** The disks of the instances of a name, or PROJECT/NAME. */
export function disksOfInstance(base: FactBase, word: string): readonly string[] {
  const slash = word.lastIndexOf('/');
  const name = word.slice(slash + 1);
  const project = slash < 0 ? null : word.slice(0, slash);
  const instances = base.by('instance', 'name', name).map(({ fact }) => fact.id);
  const disks = [
    ...instances.flatMap((id) => base.by('disk', 'instance', id)),
    ...base.by('disk', 'instanceName', name),
  ].map(({ fact }) => fact.id);
  return [...new Set(disks)].filter((id) => project === null || projectsOf(base, id).has(project));
}

/** Names and ids of a disk's project, as any source says them. */
function projectsOf(base: FactBase, disk: string): ReadonlySet<string> {
  const disks = base.by('disk', 'id', disk);
  const instances = claimsOf(disks, ({ instance }) => instance).flatMap(({ value }) =>
    base.by('instance', 'id', value),
  );
  return new Set(
    [
      ...claimsOf(disks, ({ project }) => project),
      ...claimsOf(instances, ({ project }) => project),
      ...claimsOf(instances, ({ projectName }) => projectName),
    ].map(({ value }) => value),
  );
}

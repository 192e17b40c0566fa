import { nameOf, type JoinedSled } from './join.ts';

/**
 * Sleds without the hosts of ssh's configuration that no other source knows, where there are other sources: most hosts
 * there are no sleds. `kinds` are those of the sources, by their labels.
 */
export function withoutStrays(
  sleds: readonly JoinedSled[],
  kinds: ReadonlyMap<string, string>,
): { readonly sleds: readonly JoinedSled[]; readonly leftOut: readonly string[] } {
  if ([...kinds.values()].every((kind) => kind === 'ssh-config')) return { sleds, leftOut: [] };
  const isStray = ({ serial, cubby, from }: JoinedSled): boolean =>
    serial === null && cubby === null && from.every((label) => kinds.get(label) === 'ssh-config');
  return {
    sleds: sleds.filter((sled) => !isStray(sled)),
    leftOut: sleds
      .filter(isStray)
      .map(
        (sled) =>
          `${nameOf(sled)}: only ${sled.from.join(' and ')} has it, and does not tell that it is a sled`,
      ),
  };
}

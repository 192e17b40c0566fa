import type { Row } from '../model/column.ts';
import type { DistributionGroup, DistributionGrouping } from './distribution-group.ts';
import { groupBy } from '../model/group-by.ts';
import { addHistograms } from './histogram-merge.ts';
import type { Histogram } from '../model/histogram.ts';

/** Groups that measure one thing in the same buckets, so that they can stand beside each other. */
export interface DistributionSection {
  /** What is measured: type, part and the like. */
  readonly what: Row;
  /** All groups added: its buckets are those of every group. */
  readonly sum: Histogram;
  /** In the order of the grouping; never empty. */
  readonly groups: readonly DistributionGroup[];
}

/** The groups of a grouping by what they measure; what is in other buckets makes a section of its own. */
export function sectionsOf({ groups, whatNames }: DistributionGrouping): readonly DistributionSection[] {
  const whatOf = ({ keys }: DistributionGroup): Row =>
    Object.fromEntries(whatNames.map((name) => [name, keys[name] ?? null]));
  const byWhat = groupBy(groups, (group) => JSON.stringify(Object.values(whatOf(group))));
  return [...byWhat.values()].flatMap((alike) => {
    const sections: { what: Row; sum: Histogram; groups: DistributionGroup[] }[] = [];
    for (const group of alike) {
      if (sections.some((section) => joins(section, group))) continue;
      sections.push({ what: whatOf(group), sum: group.histogram, groups: [group] });
    }
    return sections;
  });
}

function joins(section: { sum: Histogram; groups: DistributionGroup[] }, group: DistributionGroup): boolean {
  const sum = addHistograms([section.sum, group.histogram]);
  if (sum.status !== 'added') return false;
  section.sum = sum.histogram;
  section.groups.push(group);
  return true;
}

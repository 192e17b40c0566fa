import type { FactSource } from '../source.ts';
import { agentRegions } from './agent-regions.ts';
import { apiDisks } from './api-disks.ts';
import { apiInstances } from './api-instances.ts';
import { apiPhysicalDisks } from './api-physical-disks.ts';
import { apiSleds } from './api-sleds.ts';
import { omdbDatasetList } from './omdb-dataset-list.ts';
import { omdbDisksInfo } from './omdb-disks-info.ts';
import { omdbDisksList } from './omdb-disks-list.ts';
import { omdbInstances } from './omdb-instances.ts';
import { omdbInventoryDisks } from './omdb-inventory-disks.ts';
import { omdbPhysicalDisks } from './omdb-physical-disks.ts';
import { omdbRegionList } from './omdb-region-list.ts';
import { omdbSledInstances } from './omdb-sled-instances.ts';
import { omdbSleds } from './omdb-sleds.ts';
import { omdbVolumesInfo } from './omdb-volumes-info.ts';
import { omdbZpoolList } from './omdb-zpool-list.ts';
import { propolisStatus } from './propolis-status.ts';
import { vcr } from './vcr.ts';

/** Every kind of text that tells of places, by its name. A new one is a file beside this one and a line here. */
export const FACT_SOURCES = {
  'disks-list': omdbDisksList,
  'disks-info': omdbDisksInfo,
  'volumes-info': omdbVolumesInfo,
  'region-list': omdbRegionList,
  'crucible-dataset-list': omdbDatasetList,
  'zpool-list': omdbZpoolList,
  'physical-disks': omdbPhysicalDisks,
  'inventory-physical-disks': omdbInventoryDisks,
  sleds: omdbSleds,
  instances: omdbInstances,
  'sled-instances': omdbSledInstances,
  'agent-regions': agentRegions,
  'api-disks': apiDisks,
  'api-instances': apiInstances,
  'api-sleds': apiSleds,
  'api-physical-disks': apiPhysicalDisks,
  'propolis-status': propolisStatus,
  vcr,
} as const satisfies Readonly<Record<string, FactSource>>;

export type FactSourceName = keyof typeof FACT_SOURCES;

export const FACT_SOURCE_NAMES: readonly FactSourceName[] =
  Object.keys(FACT_SOURCES).filter(isFactSourceName);

export function isFactSourceName(text: string): text is FactSourceName {
  return Object.hasOwn(FACT_SOURCES, text);
}

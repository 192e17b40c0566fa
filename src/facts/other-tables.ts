import type { TableForm } from '../parse/headed-table.ts';
import { hasTable } from '../parse/table-rows.ts';

/** Tables of omdb that people take for those that tell of places, and what to give instead. */
const OTHERS: readonly (readonly [TableForm, string])[] = [
  [
    { name: 'volumes list', headings: ['ID', 'CREATED', 'MODIFIED', 'DELETED'] },
    'omdb db volumes list, which has no targets: omdb db volumes info ID has',
  ],
  [
    { name: 'snapshots', headings: ['REGION_ID', 'SNAPSHOT_ID', 'STATE', 'PORT'] },
    'omdb crucible-agent snapshots list, which is not read: regions list is',
  ],
  [
    { name: 'used by', headings: ['id', 'volume_id', 'usage_type'] },
    'omdb db region used-by, which has no datasets: omdb db region list has',
  ],
  [
    { name: 'replacements', headings: ['ID', 'REQUEST_TIME', 'REPLACEMENT_STATE'] },
    'omdb db region-replacement list, which names no regions',
  ],
  [
    { name: 'regions of a disk', headings: ['HOST_SERIAL', 'REGION', 'PHYSICAL_DISK'] },
    'a part of omdb db disks info, whose first table is missing',
  ],
  [
    { name: 'request', headings: ['ID', 'BS', 'SUB_VOLUMES'] },
    'a part of omdb db disks info or volumes info, whose first table is missing',
  ],
];

/** What a text is that is none of ours, where that is known. */
export function otherTables(text: string): string | null {
  if (/"request_json"/.test(text)) return "the spec of a VM, which holds its disks' keys: give no such file";
  if (/"sub_volumes"/.test(text))
    return 'a volume construction request that was cut, or is not whole JSON: give all of it, or omdb db disks info';
  const [, ours] = /^[{\s]*"schema":\s*"cruc-fleet\/([a-z]+)\//.exec(text) ?? [];
  if (ours !== undefined) return `a ${ours} of cruc-fleet itself`;
  return OTHERS.find(([form]) => hasTable(text, [form]))?.[1] ?? null;
}

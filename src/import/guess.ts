import { hasTable } from '../parse/table-rows.ts';
import { wrappedKind } from '../parse/wrapped-heading.ts';
import { SOURCE_NAMES, SOURCES, type SourceName } from './sources/index.ts';
import type { TableForm } from '../parse/headed-table.ts';

/** Which kind a text is: one, none (with what it looks like, in words, if that is known), or several. */
export type Guess =
  | { readonly status: 'one'; readonly kind: SourceName }
  | { readonly status: 'several'; readonly kinds: readonly SourceName[] }
  | { readonly status: 'none'; readonly looksLike: string | null };

/** Tables of omdb that tell nothing of where sleds are, and that people take for those that do. */
const OTHERS: readonly TableForm[] = [
  { name: 'omdb db physical-disks', headings: ['SERIAL', 'VENDOR', 'MODEL', 'SLED_ID'] },
  { name: 'omdb db inventory physical-disks', headings: ['INV_COLLECTION_ID', 'SLOT', 'SERIAL'] },
  { name: 'omdb db instances', headings: ['PROPOLIS_ID', 'HOST_SERIAL', 'NAME'] },
  { name: 'omdb db disks list', headings: ['ID', 'SIZE', 'ATTACHED_TO'] },
  { name: 'omdb db disks info', headings: ['HOST_SERIAL', 'DISK_NAME'] },
  { name: 'omdb db zpool list', headings: ['SLED_ID', 'PHYSICAL_DISK_ID'] },
  { name: 'omdb db crucible-dataset list', headings: ['POOL_ID', 'ADDRESS'] },
  { name: 'omdb db region list', headings: ['dataset_id', 'volume_id'] },
];

export function guessKind(text: string): Guess {
  const kinds = SOURCE_NAMES.filter((name) => SOURCES[name].recognises(text));
  const [kind] = kinds;
  if (kind === undefined) {
    const other = OTHERS.find((form) => hasTable(text, [form]));
    if (other !== undefined)
      return {
        status: 'none',
        looksLike: `${other.name}, which does not tell where sleds are (cruc-fleet facts import reads it)`,
      };
    const wrapped = wrappedKind(text, SOURCE_NAMES, (name, line) => SOURCES[name].recognises(line));
    return {
      status: 'none',
      looksLike: wrapped === null ? null : `${wrapped}, whose lines a terminal wrapped: write it to a file`,
    };
  }
  return kinds.length === 1 ? { status: 'one', kind } : { status: 'several', kinds };
}

import { linesOf } from '../../parse/lines.ts';
import { hasTable, readTableRows } from '../../parse/table-rows.ts';
import type { Fact, FactOf } from '../fact.ts';
import type { FactReading, FactSource } from '../source.ts';
import { textIn, uuidIn } from '../values.ts';
import { noId } from './omdb-table.ts';
import { emptyDisk, readPrintedVcr } from './printed-vcr.ts';

const DISK = { name: 'disk', headings: ['HOST_SERIAL', 'DISK_NAME', 'INSTANCE_NAME', 'VOLUME_ID'] } as const;
const REGIONS = { name: 'regions', headings: ['HOST_SERIAL', 'REGION', 'PHYSICAL_DISK'] } as const;

const VCR = /^VCR from volume ID /;

/** One disk: its names, its regions in no order, and its targets in index order. */
export const omdbDisksInfo: FactSource = {
  help: 'omdb db disks info ID: names, regions and targets of one disk; several outputs may follow each other',
  looks: 'the headings HOST_SERIAL, DISK_NAME and VOLUME_ID, then HOST_SERIAL, REGION and PHYSICAL_DISK',
  recognises: (text) => hasTable(text, [DISK]),
  read: (text) => {
    const readings = disksIn(linesOf(text).lines).map(readDisk);
    return {
      facts: readings.flatMap(({ facts }) => facts),
      issues: readings.flatMap(({ issues }) => issues),
    };
  },
};

/** The lines of each disk: they begin with the headings of the first table. */
function disksIn(lines: readonly string[]): readonly (readonly string[])[] {
  const disks: string[][] = [];
  for (const line of lines) {
    if (hasTable(line, [DISK])) disks.push([]);
    disks.at(-1)?.push(line);
  }
  return disks;
}

function readDisk(lines: readonly string[]): FactReading {
  const vcrAt = lines.findIndex((line) => VCR.test(line));
  const tables = vcrAt < 0 ? lines : lines.slice(0, vcrAt);
  const vcr = readPrintedVcr(vcrAt < 0 ? [] : lines.slice(vcrAt + 1));
  const disks: FactOf<'disk'>[] = [];
  const { found, doubts } = readTableRows<'disk' | 'regions', FactOf<'region'>>(
    `${tables.join('\n')}\n`,
    [DISK, REGIONS],
    (form, cells) => {
      const cell = (heading: string): string => cells.get(heading) ?? '';
      if (form === 'disk') {
        const volume = uuidIn(cell('VOLUME_ID'));
        if (volume === null) return noId('VOLUME_ID', cell('VOLUME_ID'));
        disks.push({
          ...emptyDisk(vcr.disk ?? ''),
          name: textIn(cell('DISK_NAME')),
          instanceName: textIn(cell('INSTANCE_NAME')),
          state: textIn(cell('DISK_STATE')),
          hasParent: vcr.hasParent,
          volume,
        });
        return null;
      }
      const id = uuidIn(cell('REGION'));
      if (id === null) return noId('REGION', cell('REGION'));
      return {
        found: [
          {
            kind: 'region',
            id,
            dataset: datasetIn(cell),
            volume: disks[0]?.volume ?? null,
            disk: vcr.disk,
            extents: null,
            sledSerial: textIn(cell('HOST_SERIAL')),
            physicalDisk: uuidIn(cell('PHYSICAL_DISK')),
          },
        ],
      };
    },
  );
  const name = disks[0]?.name ?? 'a disk';
  const without =
    vcr.disk === null ? [`${name}: no upstairs that writes it is printed, so its id is not known`] : [];
  const own: readonly Fact[] = vcr.disk === null ? [] : disks;
  return { facts: [...own, ...found, ...vcr.upstairs], issues: [...doubts, ...vcr.issues, ...without] };
}

/** Releases before Feb 2025 print the dataset's id as if it were a zone's. */
function datasetIn(cell: (heading: string) => string): string | null {
  return uuidIn(cell('DATASET')) ?? uuidIn(cell('ZONE').replace(/^oxz_crucible_/, ''));
}

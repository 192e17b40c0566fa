import { linesOf } from '../../parse/lines.ts';
import { hasTable, readTableRows } from '../../parse/table-rows.ts';
import type { FactSource } from '../source.ts';
import { uuidIn } from '../values.ts';
import { noId } from './omdb-table.ts';
import { emptyDisk, readPrintedVcr } from './printed-vcr.ts';

const VOLUME = { name: 'volume', headings: ['ID', 'CREATED', 'MODIFIED', 'DELETED'] } as const;
const VCR = /^ID +BS +SUB_VOLUMES +READ_ONLY_PARENT *$/;

/** The targets of one volume, in index order. */
export const omdbVolumesInfo: FactSource = {
  help: 'omdb db volumes info ID: targets of one volume',
  looks: 'the headings ID, CREATED, MODIFIED and DELETED, then ID, BS and SUB_VOLUMES',
  recognises: (text) => hasTable(text, [VOLUME]) && linesOf(text).lines.some((line) => VCR.test(line)),
  read: (text) => {
    const { lines } = linesOf(text);
    const at = lines.findIndex((line) => VCR.test(line));
    const vcr = readPrintedVcr(at < 0 ? [] : lines.slice(at));
    const { found, doubts } = readTableRows<string, string>(
      `${lines.slice(0, Math.max(0, at)).join('\n')}\n`,
      [VOLUME],
      (_, cells) => {
        const id = uuidIn(cells.get('ID') ?? '');
        return id === null ? noId('ID', cells.get('ID') ?? '') : { found: [id] };
      },
    );
    const disk =
      vcr.disk === null
        ? []
        : [{ ...emptyDisk(vcr.disk), volume: found[0] ?? null, hasParent: vcr.hasParent }];
    return { facts: [...disk, ...vcr.upstairs], issues: [...doubts, ...vcr.issues] };
  },
};

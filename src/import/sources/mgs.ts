import type { TableForm } from '../../parse/headed-table.ts';
import type { JsonObject } from '../../parse/json-lines.ts';
import { quoteLine } from '../../parse/quote-line.ts';
import { cubbyOf, NOTHING_SEEN, partOf, serialOf, uuidOf } from '../seen-sled.ts';
import type { Source } from '../source.ts';
import { objectsOf, shown } from '../../pasted/json-objects.ts';
import { readObjects } from './json-source.ts';
import { hasTable } from '../../parse/table-rows.ts';
import { readTableSource, type RowRead } from './table-source.ts';

/** The tables of `omdb mgs inventory` that are read, and those between them, whose rows say nothing of serials of sleds. */
const PROCESSORS: TableForm<'processors'> = {
  name: 'processors',
  headings: ['TYPE', 'SLOT', 'MODEL', 'SERIAL'],
  phrases: ['REV', 'HUBRIS', 'PWR', 'ROT_ACTIVE', 'ROT ACTIVE'],
};
const UNINITIALIZED: TableForm<'uninitialized'> = {
  name: 'uninitialized',
  headings: ['RACK_ID', 'CUBBY', 'SERIAL'],
  phrases: ['PART', 'REVISION'],
};
const FORMS: readonly TableForm<'processors' | 'uninitialized' | 'others'>[] = [
  PROCESSORS,
  UNINITIALIZED,
  { name: 'others', headings: ['TYPE', 'SLOT'] },
  { name: 'others', headings: ['NAME', 'SERIAL'] },
  { name: 'others', headings: ['NAME', 'STATUS'] },
];

/** Cubby, serial and part of each service processor, by text or by the JSON of one; no address. */
export const mgs: Source = {
  help: 'omdb mgs inventory, omdb nexus sleds list-uninitialized, or JSON of /sp/sled/N: cubbies and serials',
  looks:
    'the headings TYPE, SLOT, MODEL and SERIAL, or RACK_ID, CUBBY and SERIAL, or JSON with a serial_number',
  recognises: (text) =>
    hasTable(text, [PROCESSORS, UNINITIALIZED]) || objectsOf(text).objects.some(isProcessor),
  read: (text) => {
    if (hasTable(text, [PROCESSORS, UNINITIALIZED])) return readTableSource(text, FORMS, readRow, readTitle);
    const { objects, doubts } = objectsOf(text);
    return readObjects(objects, doubts, (object) => {
      if (!isProcessor(object))
        return { doubt: 'an object without a serial_number and a model: not a service processor' };
      const serial = serialOf(object['serial_number']);
      if (serial === null) return { leftOut: `a sled of serial ${shown(object['serial_number'])}` };
      return { sled: { ...NOTHING_SEEN, serial, part: partOf(object['model']) } };
    });
  },
};

function isProcessor(object: JsonObject): boolean {
  return 'serial_number' in object && 'model' in object && 'power_state' in object;
}

/** Titles of its parts, which stand between tables. */
function readTitle(line: string): RowRead | 'unknown' {
  return /^[A-Z][A-Z /-]*$|:$|^(?:COMPONENTS|CABOOSES)\b/i.test(line) ? null : 'unknown';
}

function readRow(
  form: 'processors' | 'uninitialized' | 'others',
  cells: ReadonlyMap<string, string>,
): RowRead {
  if (form === 'others') return null;
  const cell = (heading: string): string => cells.get(heading) ?? '';
  const isUninitialized = form === 'uninitialized';
  if (!isUninitialized && cell('TYPE').toLowerCase() !== 'sled') return null;
  const slot = cell(isUninitialized ? 'CUBBY' : 'SLOT');
  const cubby = cubbyOf(slot);
  if (cubby === null) return { doubt: `${quoteLine(slot)} is not a cubby` };
  const serial = serialOf(cell('SERIAL'));
  if (serial === null) return { leftOut: `a sled in cubby ${cubby}, serial ${quoteLine(cell('SERIAL'))}` };
  return {
    sled: {
      ...NOTHING_SEEN,
      serial,
      cubby,
      part: partOf(cell(isUninitialized ? 'PART' : 'MODEL')),
      rackUuid: uuidOf(cell('RACK_ID')),
    },
  };
}

import type { TableForm } from '../../parse/headed-table.ts';
import { quoteLine } from '../../parse/quote-line.ts';
import { addressOf, cubbyOf, NOTHING_SEEN, serialOf } from '../seen-sled.ts';
import type { Source } from '../source.ts';
import { hasTable } from '../../parse/table-rows.ts';
import { readTableSource, type RowRead } from './table-source.ts';

const FORM: TableForm<'sps'> = {
  name: 'sps',
  headings: ['CUBBY', 'SERIAL', 'TYPE'],
  phrases: ['IMAGE', 'IP'],
};

/** What a sled is called there; switches and power shelves are none. */
const SLED_TYPES = ['gimlet', 'cosmo'];

/** Cubby and serial; its address leads to the service processor. */
export const pilotSpLs: Source = {
  help: 'pilot sp ls: cubbies and serials',
  looks: 'the headings CUBBY, SERIAL and TYPE',
  recognises: (text) => hasTable(text, [FORM]),
  read: (text) => readTableSource(text, [FORM], (_, cells) => readRow(cells)),
};

function readRow(cells: ReadonlyMap<string, string>): RowRead {
  const cell = (heading: string): string => cells.get(heading) ?? '';
  const cubby = cubbyOf(cell('CUBBY'));
  if (cell('SERIAL') === '-' && cell('TYPE') === '-') return null;
  if (cubby === null) return { doubt: `${quoteLine(cell('CUBBY'))} is not a cubby` };
  if (cell('TYPE') !== '-' && !SLED_TYPES.includes(cell('TYPE').toLowerCase())) {
    return { leftOut: `cubby ${cubby}: of type ${quoteLine(cell('TYPE'))}, not a sled that is known` };
  }
  const serial = serialOf(cell('SERIAL'));
  if (serial === null) return { leftOut: `a sled in cubby ${cubby}, serial ${quoteLine(cell('SERIAL'))}` };
  const address = addressOf(cell('IP'));
  return {
    sled: {
      ...NOTHING_SEEN,
      serial,
      cubby,
      address: address === null ? null : { text: address, of: 'service processor' },
    },
  };
}

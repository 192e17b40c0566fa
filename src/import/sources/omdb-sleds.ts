import type { TableForm } from '../../parse/headed-table.ts';
import { quoteLine } from '../../parse/quote-line.ts';
import { addressOf, NOTHING_SEEN, serialOf, type SeenSled } from '../seen-sled.ts';
import type { Source } from '../source.ts';
import { hasTable } from '../../parse/table-rows.ts';
import { readTableSource, type RowRead } from './table-source.ts';

const FORM: TableForm<'sleds'> = {
  name: 'sleds',
  headings: ['SERIAL', 'IP', 'ROLE', 'ID'],
  phrases: ['BP AVAIL', 'POLICY', 'STATE'],
};

/** Serial, address and role; no cubby. The port behind an address is sled-agent's, not sshd's. */
export const omdbSleds: Source = {
  help: 'omdb db sleds: serials and addresses',
  looks: 'the headings SERIAL, IP, ROLE and ID',
  recognises: (text) => hasTable(text, [FORM]),
  read: (text) => readTableSource(text, [FORM], (_, cells) => readRow(cells)),
};

function readRow(cells: ReadonlyMap<string, string>): RowRead {
  const cell = (heading: string): string => cells.get(heading) ?? '';
  const serial = serialOf(cell('SERIAL'));
  const address = addressOf(cell('IP'));
  const id = cell('ID');
  if (serial === null)
    return { leftOut: `a sled of serial ${quoteLine(cell('SERIAL'))}, id ${quoteLine(id)}` };
  if (address === null) {
    return {
      doubt: `${quoteLine(cell('IP'))} of ${serial} is not an address: the row was cut, or moved from its headings`,
    };
  }
  if (!/^[0-9a-f-]{36}$/i.test(id)) return { doubt: `the id of ${serial} was cut: ${quoteLine(id)}` };
  const isOut = /^expunged$/i.test(cell('POLICY')) || /^decommissioned$/i.test(cell('STATE'));
  const sled: SeenSled = {
    ...NOTHING_SEEN,
    serial,
    address: { text: address, of: 'sled' },
    isScrimlet: cell('ROLE') === 'scrimlet',
    policy: isOut ? 'expunged' : cell('POLICY') === '' ? null : 'in_service',
  };
  return { sled };
}

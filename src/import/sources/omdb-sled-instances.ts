import type { TableForm } from '../../parse/headed-table.ts';
import { linesOf } from '../../parse/lines.ts';
import { cubbyOf, NOTHING_SEEN, serialOf } from '../seen-sled.ts';
import type { Source } from '../source.ts';
import { readTableSource, type RowRead } from './table-source.ts';

const FORM: TableForm<'instances'> = { name: 'instances', headings: ['INSTANCE_ID', 'PROPOLIS_ID', 'STATE'] };

const SLED = /^Sled (\d{1,2}|\?{3}) \(serial: (\S+)\)\s+sled_id: (\S*)$/;

/** Cubby and serial; no address. */
export const omdbSledInstances: Source = {
  help: 'omdb db sled-instances: cubbies and serials',
  looks: 'lines such as "Sled 14 (serial: BRM42220036)  sled_id: …"',
  recognises: (text) => linesOf(text).lines.some((line) => SLED.test(line.trim())),
  read: (text) => readTableSource(text, [FORM], () => null, readSled),
};

function readSled(line: string): RowRead | 'unknown' {
  const [, cubby, text = '', id = ''] = SLED.exec(line) ?? [];
  if (cubby === undefined) return 'unknown';
  const serial = serialOf(text);
  if (serial === null) return { leftOut: `a sled in cubby ${cubby}, serial ${text}, id ${id}` };
  return { sled: { ...NOTHING_SEEN, serial, cubby: cubbyOf(cubby) } };
}

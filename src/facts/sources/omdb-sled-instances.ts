import { linesOf } from '../../parse/lines.ts';
import { readTableRows } from '../../parse/table-rows.ts';
import type { Fact } from '../fact.ts';
import type { FactSource } from '../source.ts';
import { textIn, uuidIn } from '../values.ts';
import { noId } from './omdb-table.ts';

const FORM = { name: 'instances', headings: ['INSTANCE_ID', 'PROPOLIS_ID', 'STATE', 'NAME'] } as const;
const SLED = /^Sled (\d{1,2}|\?{3}) \(serial: (\S+)\)\s+sled_id: (\S*)$/;

/** The instances of each sled, and its cubby. */
export const omdbSledInstances: FactSource = {
  help: 'omdb db sled-instances: cubbies of sleds, and their instances',
  looks: 'lines such as "Sled 14 (serial: BRM42220036)  sled_id: …"',
  recognises: (text) => linesOf(text).lines.some((line) => SLED.test(line.trim())),
  read: (text) => {
    let serial: string | null = null;
    const { found, doubts } = readTableRows<string, Fact>(
      text,
      [FORM],
      (_, cells) => {
        const id = uuidIn(cells.get('INSTANCE_ID') ?? '');
        if (id === null) return noId('INSTANCE_ID', cells.get('INSTANCE_ID') ?? '');
        return {
          found: [
            {
              kind: 'instance',
              id,
              name: textIn(cells.get('NAME')),
              project: null,
              projectName: null,
              propolis: uuidIn(cells.get('PROPOLIS_ID')),
              sledSerial: serial,
            },
          ],
        };
      },
      (line) => {
        const [, cubby, name = '', idText = ''] = SLED.exec(line) ?? [];
        if (cubby === undefined) return 'unknown';
        serial = textIn(name);
        const id = uuidIn(idText);
        if (id === null || serial === null) return { doubt: `the id of sled ${name.slice(0, 40)} was cut` };
        const known = /^\d+$/.test(cubby) ? Number(cubby) : null;
        return { found: [{ kind: 'sled', id, serial, address: null, cubby: known }] };
      },
    );
    return { facts: found, issues: doubts };
  },
};

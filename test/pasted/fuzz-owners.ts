import assert from 'node:assert/strict';
import fc from 'fast-check';
import { outcomesOf } from '../../src/cli/reports/parse-outcomes.ts';
import { decodedText } from '../../src/pasted/decoded-text.ts';
import { piecesOf } from '../../src/pasted/pasted-pieces.ts';
import { plainText } from '../../src/pasted/plain-text.ts';
import { dsState } from '../../src/probes/ds-state.ts';

/** A sled of a paste: its number is in its serial and in the zones of its rows. */
interface Block {
  readonly rows: number;
  readonly ok: boolean;
  readonly damage: (typeof DAMAGES)[number];
}

const DAMAGES = [
  'none',
  'none',
  'none',
  'cubby',
  'lower',
  'colon',
  'cut',
  'indent',
  'number',
  'word',
] as const;
const DRESSES = [
  'none',
  'indent',
  'tab',
  'quote',
  'nested',
  'fence',
  'nbsp',
  'crlf',
  'color',
  'utf16',
  'log',
  'ragged',
] as const;

const SERIALS = ['BRM44220000', 'BRM44220001', '2F7QK022', 'EVT22200003', '2F8JEXDK'];

function headingOf(sled: number, { ok, damage }: Block): string {
  const serial = SERIALS[sled] ?? '';
  const cubby = String(sled + 8).padStart(2);
  const word = ok ? 'ok:' : 'failure: exit code 1:';
  const heading = (who: string, said: string) => `${cubby}  ${who.padEnd(18)} ${said} `;
  switch (damage) {
    case 'none':
      return heading(serial, word);
    case 'cubby':
      return heading(serial, word)
        .trimStart()
        .replace(/^\d+ +/, '');
    case 'lower':
      return heading(serial.toLowerCase(), word);
    case 'colon':
      return heading(serial, word.replaceAll(':', ''));
    case 'cut':
      return heading(serial.slice(0, 5), word);
    case 'indent':
      return `\t   ${heading(serial, word)}`;
    case 'number':
      return heading(serial, word).replace(cubby, '99');
    case 'word':
      return heading(serial, 'what?');
  }
}

function dressed(text: string, dress: (typeof DRESSES)[number]): Uint8Array {
  const lines = text.split('\n');
  const each = (change: (line: string) => string) => Buffer.from(lines.map(change).join('\n'));
  switch (dress) {
    case 'none':
      return Buffer.from(text);
    case 'indent':
      return each((line) => `      ${line}`);
    case 'tab':
      return each((line) => `\t${line}`);
    case 'quote':
      return each((line) => `> ${line}`);
    case 'nested':
      return each((line) => `> >> ${line}`);
    case 'fence':
      return Buffer.from(`\`\`\`console\n${text}\`\`\`\n`);
    case 'nbsp':
      return Buffer.from(text.replaceAll('  ', ' \u00A0'));
    case 'crlf':
      return Buffer.from(`\uFEFF${text.replaceAll('\n', '\r\n')}`);
    case 'color':
      return each((line) => `\u001B[32m${line.replaceAll('ACT', '\u001B[1mACT\u001B[0m')}\u001B[0m`);
    case 'utf16':
      return Buffer.from(`\uFEFF${text}`, 'utf16le');
    case 'log':
      return each((line) => `\u001B[?2004l\r${line}x\b\u001B[K\r`);
    case 'ragged':
      return each((line) => ' '.repeat(line.length % 7) + line);
  }
}

/**
 * Makes so many pastes of `pilot host exec` with headings that are damaged, but not gone, in every dress: no row is given
 * to a sled that it is not of, and no sled answered whose block says otherwise.
 */
export function fuzzOwners(runs: number, seed: number): void {
  const block = fc.record({
    rows: fc.nat({ max: 3 }),
    ok: fc.boolean(),
    damage: fc.constantFrom(...DAMAGES),
  });
  fc.assert(
    fc.property(
      fc.array(block, { minLength: 1, maxLength: SERIALS.length }),
      fc.constantFrom(...DRESSES),
      fc.boolean(),
      (blocks, dress, isGlued) => {
        const text = blocks.map((each, sled) => textOf(each, sled, isGlued)).join('');
        const plain = plainText(decodedText(dressed(text, dress)).text);
        const pieces = piecesOf([{ where: 'in.txt', name: 'in', text: plain }], [], null);
        const { outcomes } = outcomesOf(pieces, dsState, { totals: false, older: false });
        for (const { sled, ...outcome } of outcomes) {
          const number = SERIALS.indexOf(sled.serial ?? '');
          if (outcome.status === 'failed' || number < 0) continue;
          const { ok, damage } = blocks[number] ?? { ok: false, damage: 'none' };
          // Without its colon, or with another word, the heading does not say that the command failed.
          assert.ok(ok || damage === 'colon' || damage === 'word', `${sled.id} answered`);
          const zones = outcome.rows.map((row) => String(row['zone']));
          assert.deepEqual(
            zones.filter((zone) => !zone.startsWith(`oxz_of${number}_`)),
            [],
          );
        }
      },
    ),
    { numRuns: runs, seed },
  );
}

function textOf(block: Block, sled: number, isGlued: boolean): string {
  const rows = Array.from(
    { length: block.rows },
    (_, i) => `oxz_of${sled}_${i}  ${100 + i} c0b920${sled}${i} FLT ACT ACT\n`,
  );
  return (
    headingOf(sled, block) + (isGlued && block.ok ? '' : '\n') + (rows.length === 0 ? '\n' : rows.join(''))
  );
}

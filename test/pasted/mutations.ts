import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { decodedText } from '../../src/pasted/decoded-text.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** Characters of a sample at most, so that a run takes less than a millisecond. */
const LONGEST_SAMPLE = 2500;

/** What every probe's script prints, what those of former years printed, and what people pasted. */
export const SAMPLES: readonly string[] = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.txt') && !name.startsWith('golden'))
  .map((name) => join(FIXTURES, name))
  .filter((path) => statSync(path).isFile())
  .sort()
  .map((path) => decodedText(readFileSync(path)).text.slice(0, LONGEST_SAMPLE));

/** Pieces of lines that readers look for, and that terminals and clipboards bring. */
const PIECES = [
  '\u001B[31m',
  '\u001B[K',
  '\u001B]0;title\u0007',
  '\b\b',
  '\r',
  '\t',
  '\u00A0',
  '\u200B',
  '\uFEFF',
  '\u0000',
  '\u2028',
  '> ',
  '```',
  '|',
  '@@@@',
  '{',
  '[',
  '"',
  '}',
  '-',
  '…',
  '99999999999999999999',
  '-1',
  'ZONE PID',
  'PID SESSION DS0 DS1 DS2 NEXTJOB',
  'ACT LR FLT',
  ' 9  BRM44220005        ok: ',
  'BRM44220005: ',
  '==> a <==',
  '---\nb\n---',
  'a | FAILED! => {',
  'dtrace: 7 drops on CPU 3',
  'root@BRM44220005:~# ls',
  '           value  ------------- Distribution ------------- count    ',
  '            1024 |@@@@@@@@@@@@@@@@                         5        ',
  '{"pid":7,"status":{"ds_state":["Active","Active","Faulted"],"up_count":1}}',
  'was=a/b/c>d/e/f',
  'no_report',
];

export interface Mutation {
  readonly kind: (typeof KINDS)[number];
  readonly a: number;
  readonly b: number;
}

const KINDS = [
  'insert',
  'delete',
  'cut',
  'swap',
  'repeat',
  'join',
  'indent',
  'digit',
  'case',
  'blank',
  'splice',
] as const;

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({ kind: fc.constantFrom(...KINDS), a: fc.nat(), b: fc.nat() }),
  { maxLength: 6 },
);

/** The text after these changes, one after the other. */
export function mutated(text: string, changes: readonly Mutation[]): string {
  return changes.reduce((changed, change) => changedOnce(changed, change), text);
}

function changedOnce(text: string, { kind, a, b }: Mutation): string {
  const at = a % (text.length + 1);
  const lines = text.split('\n');
  const i = a % lines.length;
  const j = b % lines.length;
  const line = lines[i] ?? '';
  switch (kind) {
    case 'insert':
      return text.slice(0, at) + (PIECES[b % PIECES.length] ?? '') + text.slice(at);
    case 'delete':
      return text.slice(0, at) + text.slice(at + (b % 40));
    case 'cut':
      return text.slice(0, at);
    case 'swap':
      return lines
        .with(i, lines[j] ?? '')
        .with(j, line)
        .join('\n');
    case 'repeat':
      return [...lines.slice(0, j), line, ...lines.slice(j)].join('\n');
    case 'join':
      return [...lines.slice(0, i), line + (lines[i + 1] ?? ''), ...lines.slice(i + 2)].join('\n');
    case 'indent':
      return lines.map((each) => (b % 2 === 0 ? '    ' : '\t') + each).join('\n');
    case 'digit':
      return text.slice(0, at) + text.slice(at).replace(/\d/, String(b % 10));
    case 'case':
      return lines.with(i, b % 2 === 0 ? line.toUpperCase() : line.toLowerCase()).join('\n');
    case 'blank':
      return lines.with(i, line.replaceAll(' ', b % 2 === 0 ? '' : '  ')).join('\n');
    case 'splice': {
      const other = (SAMPLES[b % SAMPLES.length] ?? '').split('\n');
      return [...lines.slice(0, i), ...other.slice(0, 20), ...lines.slice(i)].join('\n');
    }
  }
}

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../src/simulator/fault.ts';
import { ERROR_CODES, type ErrorCode } from '../../src/model/error.ts';
import { faultsDocument } from './document.ts';
import { ALL_FAULTS, waysOf } from './table.ts';
import { isWriting, knownWords } from './words.ts';

const FILE = fileURLToPath(new URL('../../docs/faults.md', import.meta.url));

const ROWS = fileURLToPath(new URL('rows/', import.meta.url));

/** What no sled of the table meets: what is wrong before any is visited, and what others test. */
const ELSEWHERE: readonly ErrorCode[] = [
  'usage',
  'inventory',
  'configuration',
  'recording',
  'state',
  'mail',
  'webhook',
  // Of a run that ends before a sled has its turn.
  'not_tried',
];

describe('docs/faults.md', () => {
  it('is what the table of faults makes', () => {
    const document = faultsDocument(ALL_FAULTS, knownWords());
    if (isWriting) writeFileSync(FILE, document);
    expect(readFileSync(FILE, 'utf8')).toBe(document);
  });
});

describe('the table of faults', () => {
  it('has a word on each fault in each way in, and none on others', () => {
    const told = ALL_FAULTS.flatMap((fault) => waysOf(fault).map((way) => `${fault.id} ${way}`));
    const known = Object.entries(knownWords()).flatMap(([id, ways]) =>
      Object.keys(ways).map((way) => `${id} ${way}`),
    );
    expect(known.toSorted()).toEqual(told.toSorted());
    expect(new Set(told).size).toBe(told.length);
  });

  it('meets every fault that a simulated sled can have', () => {
    const rows = readdirSync(ROWS).map((file) => readFileSync(join(ROWS, file), 'utf8'));
    expect(rows.length).toBeGreaterThan(5);
    expect(Object.keys(FAULTS).filter((name) => !rows.some((text) => text.includes(`'${name}'`)))).toEqual(
      [],
    );
  });

  it('meets every code with which a sled can fail', () => {
    const met = new Set<string | null>(
      ALL_FAULTS.flatMap(({ expect: expected, by = {} }) => [expected, ...Object.values(by)]).map(
        ({ code }) => code,
      ),
    );
    expect(ERROR_CODES.filter((code) => !met.has(code) && !ELSEWHERE.includes(code))).toEqual([]);
  });
});

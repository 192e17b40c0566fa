import { describe, expect, it } from 'vitest';
import { outcomesOf } from '../../src/cli/reports/parse-outcomes.ts';
import { piecesOf } from '../../src/pasted/pasted-pieces.ts';
import { plainText } from '../../src/pasted/plain-text.ts';
import { PROBES } from '../../src/probes/index.ts';
import { sized } from '../support/sized.ts';
import { hostileTexts } from './hostile.ts';

/** Bytes of a text. */
const SIZE = sized(10_000, 1_000_000);

/** CPU time of one text with one probe, which takes a tenth; where time grows with the square, twice this. */
const LONGEST_MS = SIZE / 60;

const READERS = ['ds-state', 'upstairs_info', 'upstairs_raw'];

describe('a hostile text', () => {
  it.each(Object.entries(hostileTexts(SIZE)))(
    'of %s takes time in proportion, and few issues',
    (name, text) => {
      for (const probe of PROBES.filter((each) => READERS.includes(each.name))) {
        const before = process.cpuUsage();
        const pieces = piecesOf([{ where: 'in.txt', name: 'in', text: plainText(text) }], [], null);
        const { outcomes, issues } = outcomesOf(pieces, probe, { totals: false, older: false });
        const { user } = process.cpuUsage(before);
        expect(user / 1000).toBeLessThan(LONGEST_MS);
        expect(issues.length).toBeLessThan(300);
        for (const outcome of outcomes) {
          if (outcome.status === 'answered') expect(outcome.issues.length).toBeLessThan(300);
        }
      }
    },
  );
});

import { describe, expect, it } from 'vitest';
import { outcomesOf } from '../../src/cli/parse-outcomes.ts';
import { piecesOf } from '../../src/pasted/pasted-pieces.ts';
import { plainText } from '../../src/pasted/plain-text.ts';
import { PROBES } from '../../src/probes/index.ts';
import { hostileTexts } from './hostile.ts';

const SIZE = 200_000;

/** CPU time of one text with one probe, which takes a twentieth; where time grows with the square, a minute. */
const LONGEST_MS = 5000;

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

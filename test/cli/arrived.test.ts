import { expect, it } from 'vitest';
import { withArrived } from '../../src/cli/run/run-report.ts';
import { ownScript } from '../../src/kinds/own-script.ts';
import { scriptHabits } from '../../src/kinds/script-habits.ts';
import { FleetError } from '../../src/model/error.ts';
import type { FailedOutcome } from '../../src/model/report.ts';
import { drawQuantize } from '../parse/draw-histogram.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { makeSled } from '../support/sleds.ts';

it('what an interrupted script had printed says how its prints were taken', () => {
  const text = [3n, 5n].map((count) => `\n  read${drawQuantize(new Map([[1024n, count]]))}\n`).join('');
  const script = scriptHabits('x:::y { @[probename] = quantize(1); } tick-1s { printa(@); }');
  const partial = { stdout: text, stderr: '' };
  const error = new FleetError('interrupted', 'interrupted', { partial });
  const failed: FailedOutcome = { status: 'failed', sled: makeSled(3), elapsedMs: 5, stage: 'run', error };
  expect(withArrived(failed, ownScript('x.d', 'x.d', [], script), SETTINGS)).toMatchObject({
    status: 'answered',
    distributions: [{ histogram: { buckets: [{ count: 5n }] } }],
    issues: [
      { message: expect.stringMatching(/^interrupted after/) },
      { message: expect.stringMatching(/the last of each is taken/) },
    ],
  });
});

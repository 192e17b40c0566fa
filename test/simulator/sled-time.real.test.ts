import { expect, it } from 'vitest';
import { withRack, type Rack } from '../support/rack.ts';

const options = { sledsPerRack: 2, propolisPerSled: 3, downstairsPerSled: 0, degraded: 2, seed: 5 };
const real = withRack({ ...options, time: 'real' });
const simulated = withRack({ ...options, time: 'simulated' });

/** The rows of a window, long enough for a report that a busy machine has late; and how long it took in real milliseconds. */
async function windowOf(rack: Rack): Promise<{ readonly rows: unknown; readonly took: number }> {
  const begun = performance.now();
  const { status, stdout } = await rack.run(['ds-state', '-w', '4s', '-o', 'json']);
  expect(status).toBe(0);
  return { rows: JSON.parse(stdout).rows, took: performance.now() - begun };
}

it('the same sessions are found in a simulated window and in a real one', async () => {
  const { rows } = await windowOf(simulated);
  const { rows: realRows, took } = await windowOf(real);
  expect(realRows).toEqual(rows);
  expect(took).toBeGreaterThan(4000);
});

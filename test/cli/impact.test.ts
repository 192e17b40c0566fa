import { it, expect } from 'vitest';
import { withRack } from '../support/rack.ts';
const rack = withRack({
  sledsPerRack: 6,
  propolisPerSled: 1,
  pantryPerRack: 1,
  storage: { poolsPerSled: 2 },
  seed: 9,
  degraded: 0,
});
it('tries', async () => {
  for (const argv of [
    ['impact', '3/2'],
    ['impact', '-r', '3'],
    ['impact', '3/2', '--no-http'],
    ['impact', '3/99'],
    ['impact', '3/2', '--disk', 'A0'],
    ['impact', '3/2', '-o', 'csv'],
  ]) {
    const { status, stdout, stderr } = await rack.run([...argv, '--width', '80'], {
      env: { XDG_STATE_HOME: rack.folder },
    });
    (await import('node:fs')).appendFileSync(
      '/tmp/impact-out.txt',
      [argv.join(' '), status, stdout, stderr].join('\n') + '\n',
    );
  }
  expect(1).toBe(1);
});

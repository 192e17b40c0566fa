import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { run } from '../support/run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-demo-'));

beforeAll(() => void vi.stubEnv('TMPDIR', folder));

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it('the demo says which command failed and why, is incomplete and not a bug, and leaves nothing', async () => {
  const { status, stderr } = await run(['demo', '--fast'], { scriptsFolder: '/nonexistent' });
  expect(stderr).toMatch(
    /\$ cruc-fleet ds-state .*\n\nThe demo ends here: this machine did not let the command go on: ENOENT.* npm run demo tries again\.\n$/,
  );
  expect(status).toBe(3);
  expect(readdirSync(folder)).toEqual([]);
});

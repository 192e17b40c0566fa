import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

/** Before all tests: a folder for the homes of their processes (worker-home.ts), which goes with the run. */
export default function makeHomes(): () => void {
  const folder = mkdtempSync(join(temporaryFolder().TMPDIR ?? tmpdir(), 'cruc-fleet-homes-'));
  process.env['TEST_HOMES'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

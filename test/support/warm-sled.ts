import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBundle } from '../../src/fleet/bundle.ts';
import { REMOTE_FOLDER } from '../../src/fleet/upload.ts';
import type { Bundle } from '../../src/model/job.ts';
import { PROBES, STATE_PROBES } from '../../src/probes/index.ts';

const SCRIPTS = fileURLToPath(new URL('../../scripts', import.meta.url));

/** What is asked of sleds beside the probes. */
const OTHERS: readonly (readonly string[])[] = [
  ['run-d.sh', 'upstairs_raw.d'],
  ['explain.sh', 'run-d.sh', 'slog.d'],
];

let kept: Promise<readonly Bundle[]> | null = null;

/**
 * Leaves a simulated sled as one that was asked before: each bundle lies in its home, so that a visit costs one channel
 * and three uploads less in work. The files are links into a folder that all sleds of this process share.
 */
export async function warmSled(home: string): Promise<void> {
  kept ??= keepBundles();
  const base = join(home, REMOTE_FOLDER);
  mkdirSync(base, { mode: 0o700 });
  for (const { hash } of await kept) symlinkSync(join(sharedFolder(), hash), join(base, hash));
}

/** The same for all sleds of a simulation that runs as a process of its own, by the inventory that it wrote. */
export async function warmSledsOf(inventory: string): Promise<void> {
  const yaml = readFileSync(inventory, 'utf8');
  const [, identity = ''] = /identity_file: "(.+)"/.exec(yaml) ?? [];
  for (const [, serial = ''] of yaml.matchAll(/serial: (\w+)/g))
    await warmSled(join(dirname(identity), serial, 'home'));
}

function sharedFolder(): string {
  const { TEST_HOMES, VITEST_POOL_ID = '0' } = process.env;
  if (TEST_HOMES === undefined) throw new Error('make-homes.ts has made no folder for homes');
  return join(TEST_HOMES, `bundles-${VITEST_POOL_ID}`);
}

async function keepBundles(): Promise<readonly Bundle[]> {
  const sets = [...PROBES, ...STATE_PROBES].map(({ script, needs }) => [script, ...needs]);
  const distinct = new Map([...sets, ...OTHERS].map((names) => [names.join(' '), names]));
  const bundles = await Promise.all([...distinct.values()].map((names) => readBundle(SCRIPTS, names)));
  for (const { hash, files } of bundles) {
    const folder = join(sharedFolder(), hash);
    if (existsSync(folder)) continue;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const { name, content } of files) writeFileSync(join(folder, name), content, { mode: 0o600 });
  }
  return bundles;
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);

/**
 * Null where the suite can run, else the reason to skip it, for its name. On a machine of a CI it throws: there
 * a suite that is skipped for ever is no test.
 */
export function requireChromium(): string | null {
  if (chromiumPath !== undefined) return null;
  const reason = 'Chromium is not installed';
  if (process.env['CI'] !== undefined && process.env['CI'] !== '') throw new Error(reason);
  return reason;
}

/** Where Chromium is. Throws where it is not. */
export function pathOfChromium(): string {
  if (chromiumPath === undefined) throw new Error('Chromium is not installed');
  return chromiumPath;
}

/** Without a window, a sandbox (root, as whom a CI runs, has none) and what a browser does for itself. */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--hide-scrollbars',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Opens a page in a real browser without a window, and gives its DOM as it is after its scripts have run. */
export async function dumpDom(page: string, scheme: 'light' | 'dark'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cruc-fleet-chromium-'));
  try {
    const file = join(folder, 'page.html');
    await writeFile(file, page);
    const { stdout } = await promisify(execFile)(
      pathOfChromium(),
      [
        ...CHROMIUM_FLAGS,
        `--user-data-dir=${join(folder, 'profile')}`,
        ...(scheme === 'dark' ? ['--blink-settings=preferredColorScheme=0'] : []),
        '--window-size=1000,1000',
        '--dump-dom',
        `file://${file}`,
      ],
      { maxBuffer: 32 * 1024 * 1024, timeout: 120_000 },
    );
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

import { existsSync } from 'node:fs';

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

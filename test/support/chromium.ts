import { existsSync } from 'node:fs';
import { required } from './required.ts';

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);

export function requireChromium(): string | null {
  return required(chromiumPath !== undefined, 'Chromium is not installed');
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

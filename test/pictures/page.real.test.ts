import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import type { FleetReport } from '../../src/model/report.ts';
import { html } from '../../src/outputs/html.ts';
import { historyReport, latencyReport, rackReport } from '../html/sample-reports.ts';
import { openBrowser, type Look } from '../support/browser.ts';
import { smallPng } from '../support/small-png.ts';

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };

interface PagePicture {
  readonly name: string;
  readonly report: () => FleetReport;
  readonly look: Look;
  /** Of a long page so much from its top. */
  readonly upTo?: number;
}

/** What the README and docs/page.md show. */
const PICTURES: readonly PagePicture[] = [
  { name: 'page-1440', report: rackReport, look: { ...DESK, scheme: 'light' } },
  { name: 'page-390', report: rackReport, look: { ...PHONE, scheme: 'dark' } },
  { name: 'page-latency', report: latencyReport, look: { ...DESK, scheme: 'light' }, upTo: 900 },
  { name: 'page-history', report: historyReport, look: { ...DESK, scheme: 'light' }, upTo: 560 },
];

const fileOf = (name: string): string =>
  fileURLToPath(new URL(`../../docs/pictures/${name}.png`, import.meta.url));

it.skipIf(process.env['PICTURES'] !== 'write')('the pictures of pages are taken', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-pictures-'));
  const browser = await openBrowser();
  try {
    const tab = await browser.tab();
    for (const { name, report, look, upTo } of PICTURES) {
      const page = join(folder, 'page.html');
      const context = { width: null, color: false, headers: true, columns: null };
      writeFileSync(page, [...html.render(report(), context)].join(''));
      await tab.look(look);
      await tab.open(pathToFileURL(page).href);
      writeFileSync(fileOf(name), smallPng(await tab.picture(upTo)));
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

it.each(PICTURES)(
  'docs/pictures/$name.png is of its width, and small enough for a page',
  ({ name, look }) => {
    const picture = readFileSync(fileOf(name));
    // The header of a PNG has its width behind 16 bytes.
    expect(picture.readUInt32BE(16)).toBe(look.width);
    expect(picture.length).toBeLessThan(150_000);
  },
);

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createHistoryReader } from '../../src/serve/history-reader.ts';
import { openBrowser, type Browser, type Tab } from '../support/browser.ts';
import { requireChromium } from '../support/chromium.ts';
import { HEALTHY, serveRack, type ServedRack } from './support/served-rack.ts';

const missing = requireChromium();

/** Vitest's own patience is a second, which a busy machine needs for a page. */
const patiently = (look: () => void | Promise<void>) => vi.waitFor(look, { timeout: 120_000, interval: 20 });

describe.skipIf(missing !== null)(
  `the live page in a browser${missing === null ? '' : ` (${missing})`}`,
  () => {
    let folder: string;
    let history: string;
    let browser: Browser;
    let tab: Tab;
    let rack: ServedRack;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-served-'));
      history = join(folder, 'history');
      rack = await serveRack(4, createHistoryReader(history));
      browser = await openBrowser();
      tab = await browser.tab();
      await tab.look({ width: 1440, height: 900, scheme: 'light' });
    });

    afterAll(async () => {
      await browser.close();
      await rack.server.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const see = async (expression: string) => await tab.evaluate(expression);
    const list = async () => String(await see(`document.querySelector('#r-list').innerText`));
    const listening = async (readers: number) =>
      await patiently(() => expect(rack.server.readers()).toBe(readers));
    const go = async (how: string, path: RegExp) => {
      await see(how);
      await patiently(async () =>
        expect(await see(`document.readyState + location.pathname + location.search`)).toMatch(path),
      );
    };

    it('shows a fault that appears, is filtered, opened and goes away, and says when it hears nothing', async () => {
      // Nothing of a sled runs, whatever its zones are called.
      const zone = `"><img src=x onerror="window.ran=1"><script>window.ran=1</script>`;
      for (const sled of [0, 1, 2, 3]) rack.report(sled, HEALTHY, sled === 2 ? { zone } : {});
      rack.pass(1);
      await tab.open(rack.server.url);
      await listening(1);
      expect(await list()).toContain('Every upstairs that reports is well');
      // Both styles are let in, and nothing else, whoever would put it there.
      expect(await see(`getComputedStyle(document.querySelector('.top')).display`)).toBe('flex');
      expect(await see(`getComputedStyle(document.querySelector('.rack')).display`)).toBe('grid');
      await see(`document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="window.ran=1">')`);
      await see(
        `document.head.append(Object.assign(document.createElement('script'), { text: 'window.ran=1' }))`,
      );
      await see(`window.page = 1; document.querySelector('.legend').open = true;`);

      rack.report(1, ['active', 'faulted', 'active']);
      rack.report(2, ['offline', 'active', 'active'], { zone });
      rack.pass(1);
      await patiently(async () => expect(await list()).toMatch(/Needs attention: 2[^]*faulted/));
      expect(await see('document.title')).toContain('2 degraded');
      // It is the same page still, and what its reader opened is open.
      expect(await see(`[window.page, document.querySelector('.legend').open]`)).toEqual([1, true]);

      await go(
        `document.querySelector('input[name=q]').value = 'faulted'; document.querySelector('.chosen button').click()`,
        /complete\/\?q=faulted$/,
      );
      await listening(1);
      expect(await list()).toMatch(/with “faulted”: 1/);

      await go(`document.querySelector('#r-list a[href^="/session/"]').click()`, /complete\/session\//);
      await listening(1);
      const session = async () => String(await see(`document.querySelector('#r-session').innerText`));
      expect(await session()).toMatch(/degraded[^]*faulted/);
      rack.report(1, HEALTHY);
      rack.report(2, HEALTHY, { zone });
      rack.pass(1);
      await patiently(async () => expect(await session()).toMatch(/ok[^]*was active \/ faulted \/ active/));

      await go(`document.querySelector('nav a[href="/"]').click()`, /complete\/$/);
      expect(await list()).not.toContain('faulted');
      await listening(1);
      expect(await see('window.ran ?? null')).toBeNull();

      // Nobody sends anything: what is shown is said to be old, and looks old.
      expect(await see(`document.getElementById('no-news').hidden`)).toBe(true);
      await see(`{ const real = performance.now(); performance.now = () => real + 60_000; }`);
      await patiently(async () =>
        expect(await see(`document.getElementById('no-news').innerText`)).toMatch(
          /^No news since 2026-11-27T06:00:/,
        ),
      );
      expect(await see(`document.documentElement.className`)).toBe('is-old');
      rack.pass(1);
      await patiently(async () => expect(await see(`document.getElementById('no-news').hidden`)).toBe(true));
    });

    it('fits a phone, and axe finds nothing serious in its pages', async () => {
      rack.report(0, ['active', 'active', 'live_repair'], { extents_repaired_2: 5, extents_confirmed_2: 5 });
      rack.report(3, ['active', 'faulted', 'active']);
      rack.troubles.push('the history is locked by PID 7; this run is not in it');
      await rack.keep(history);
      rack.pass(5);
      rack.report(3, HEALTHY);
      rack.lose(1, 'fe80::1%cxgbe0 refused the connection');
      await rack.keep(history);
      rack.pass(1);
      const page = await (await fetch(rack.server.url)).text();
      const paths = page.matchAll(/href="(\/(?:session|sled)\/[^"]+)"/g);
      const links = [...new Set([...paths].map(([, path]) => path ?? ''))];
      const session = links.find((link) => link.startsWith('/session'));
      for (const [n, path] of ['/', '/repairs', '/history', links[0], session].entries()) {
        await tab.open(new URL(path ?? '', rack.server.url).href);
        await tab.evaluate(axe.source);
        // Each page in one of them: what axe costs is most of this test.
        await tab.look({ width: 1440, height: 900, scheme: n % 2 === 0 ? 'light' : 'dark' });
        const wrong =
          await tab.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
          violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200) + nodes[0].failureSummary))`);
        await tab.look({ width: 390, height: 844, scheme: 'light' });
        const width = await tab.evaluate('document.documentElement.scrollWidth');
        expect({ path, wrong, width }).toEqual({ path, wrong: [], width: 390 });
      }
    });
  },
);

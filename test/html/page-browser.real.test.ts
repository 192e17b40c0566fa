import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { html } from '../../src/outputs/html.ts';
import type { FleetReport } from '../../src/model/report.ts';
import { openBrowser, type Browser, type Tab } from '../support/browser.ts';
import { requireChromium } from '../support/chromium.ts';
import { isLong } from '../support/sized.ts';
import { historyReport, hostileReport, latencyReport, rackReport } from './sample-reports.ts';

const skipped = requireChromium();

const CONTEXT = { width: null, color: false, headers: true, columns: null };
const pageOf = (report: FleetReport): string => [...html.render(report, CONTEXT)].join('');

const PAGES = {
  // What a full rack folds adds nothing to look at.
  rack: pageOf(rackReport(3)),
  latency: pageOf(latencyReport()),
  history: pageOf(historyReport()),
  hostile: pageOf(hostileReport()),
};
const NAMES = Object.keys(PAGES) as readonly (keyof typeof PAGES)[];

/** A phone, a tablet, a desk and a wall, by day and by night. */
const LOOKS = [
  [390, 844, 'light'],
  [768, 1024, 'dark'],
  [1440, 900, 'light'],
  [3840, 2160, 'dark'],
] as const;

/** Whether a page is well-formed, and means to a strict reader what a browser made of it. */
const STRICT = `(async (text) => {
  const closed = text.replace(/<(meta|br|wbr)((?: [^<>]*)?)>/g, '<$1$2/>').replace('<!DOCTYPE html>', '');
  const strict = new DOMParser().parseFromString(closed, 'application/xhtml+xml');
  const error = strict.querySelector('parsererror');
  if (error !== null) return error.textContent;
  const names = (page) => [...page.querySelectorAll('*')].map(({ localName }) => localName).join(' ');
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  if (new Set(ids).size < ids.length) return 'an id twice';
  const lost = [...document.querySelectorAll('a[href^="#"], use')].map((each) => each.getAttribute('href')).filter((href) => document.getElementById(href.slice(1)) === null);
  if (lost.length > 0) return 'links to nothing: ' + lost.join(' ');
  const fresh = new DOMParser().parseFromString(text, 'text/html');
  return names(strict).replace(/ tbody/g, '') === names(fresh).replace(/ tbody/g, '') ? 'valid' : 'the browser mended it';
})`;

describe.skipIf(skipped !== null)(
  `a page in a real browser${skipped === null ? '' : ` (${skipped})`}`,
  () => {
    let folder: string;
    let browser: Browser;
    let tab: Tab;
    const open = async (name: keyof typeof PAGES) =>
      await tab.open(pathToFileURL(join(folder, `${name}.html`)).href);

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-page-'));
      for (const name of NAMES) writeFileSync(join(folder, `${name}.html`), PAGES[name]);
      browser = await openBrowser();
      tab = await browser.tab();
    });
    afterAll(async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it.each(NAMES.map((name, n) => [name, n] as const))(
      '%s: fits every width, and axe finds nothing serious in it, light and dark',
      async (name, n) => {
        await open(name);
        await tab.evaluate(axe.source);
        for (const [at, [width, height, scheme]] of LOOKS.entries()) {
          await tab.look({ width, height, scheme });
          // What axe costs is most of this test: it looks at each page by day and by night, at two widths of the four.
          const isJudged = isLong || at < 2 === (n % 2 === 0);
          const found =
            await tab.evaluate(`(${isJudged} ? axe.run(document, { resultTypes: ['violations'] }) : Promise.resolve({ violations: [] })).then(({ violations }) => ({
          overflow: document.documentElement.scrollWidth > ${width},
          ground: getComputedStyle(document.body).backgroundColor,
          wrong: violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200) + nodes[0].failureSummary),
        }))`);
          const ground = scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(14, 18, 22)';
          expect({ width, found }).toEqual({ width, found: { overflow: false, ground, wrong: [] } });
        }
      },
    );

    it.each(NAMES)('%s: is valid, whatever its sleds call things', async (name) => {
      await open(name);
      expect(await tab.evaluate(`${STRICT}(${JSON.stringify(PAGES[name])})`)).toBe('valid');
    });

    it('runs nothing of a hostile name', async () => {
      await open('hostile');
      const seen = await tab.evaluate(`({
        ran: 'ran' in window,
        foreign: document.querySelectorAll('script, img, iframe, link, object, base, form').length,
        handlers: [...document.querySelectorAll('*')].flatMap((each) => [...each.attributes]).filter(({ name }) => name.startsWith('on')).length,
        shown: getComputedStyle(document.querySelector('h1')).display,
        named: document.body.textContent.includes('<script>window.ran = 1</script>'),
      })`);
      expect(seen).toEqual({ ran: false, foreign: 0, handlers: 0, shown: 'block', named: true });
    });

    it('is read by keyboard: from a sled in the rack to its row', async () => {
      await tab.look({ width: 1440, height: 900, scheme: 'light' });
      await open('rack');
      await tab.press('Tab');
      const first = await tab.evaluate('document.activeElement.textContent');
      expect(first).toMatch(/BRM422200/);
      await tab.press('Enter');
      expect(await tab.evaluate(`document.querySelector(':target').textContent`)).toContain('3/BRM422200');
    });

    it('at 390 pixels keeps the name of each row in sight while the rest is scrolled', async () => {
      await tab.look({ width: 390, height: 844, scheme: 'light' });
      await open('rack');
      const seen = await tab.evaluate(`(() => {
        const region = document.querySelector('.scroll');
        region.scrollLeft = 10_000;
        const name = region.querySelector('tbody th');
        const box = name.getBoundingClientRect();
        const left = region.getBoundingClientRect().left;
        return { scrolled: region.scrollLeft > 100, inSight: box.left >= left && box.right < 250, text: name.textContent };
      })()`);
      expect(seen).toMatchObject({ scrolled: true, inSight: true });
      expect(seen).toHaveProperty('text', expect.stringMatching(/3\/BRM\d+.*PID \d+.*oxz_propolis/s));
    });

    it('prints what is folded on the screen, in the colors of paper whatever those of the screen are', async () => {
      const grounds = `[...document.querySelectorAll('body, .tile, .sled, .mark')].map((each) => getComputedStyle(each).backgroundColor)`;
      await open('rack');
      await tab.look({ width: 800, height: 1100, scheme: 'light' });
      const light = await tab.evaluate(grounds);
      await tab.look({ width: 800, height: 1100, scheme: 'dark', media: 'print' });
      expect(await tab.evaluate(grounds)).toEqual(light);
      const high = await tab.evaluate(
        `[...document.querySelectorAll('details tr')].at(-1).getBoundingClientRect().height`,
      );
      expect(high).toBeGreaterThan(0);
    });
  },
);

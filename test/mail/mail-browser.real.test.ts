import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderMail } from '../../src/mail/render-mail.ts';
import { openBrowser, type Tab } from '../support/browser.ts';
import { requireChromium } from '../support/chromium.ts';
import { news, notice, upstairsIncident } from '../support/incidents.ts';
import { MAIL_CONTEXT, RICH_NOTICE, RICH_REPORT } from '../support/rich-notice.ts';

const skipped = requireChromium();

interface Box {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What a browser makes of a mail in a frame of some width. */
interface Seen {
  readonly width: number;
  readonly scrollWidth: number;
  /** Color of the page. */
  readonly canvas: string;
  readonly cubbies: readonly (Box & { readonly title: string })[];
  /** Every element with text of its own that reaches over the right edge. */
  readonly over: readonly string[];
  /** Every element with text of its own, and the contrast of that text with its ground. */
  readonly contrasts: readonly { readonly text: string; readonly ratio: number }[];
  readonly scripts: number;
  /** Where the part that is folded begins. */
  readonly foldedAt: number;
  readonly text: string;
}

/** Runs in the browser, outside the mail: the mail's frame may run nothing. */
const MEASURE = `
const luminance = (color) => {
  const [r, g, b] = color.match(/[\\d.]+/g).map((n) => {
    const c = Number(n) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};
const measure = (frame) => {
  const page = frame.contentDocument;
  const style = (element) => frame.contentWindow.getComputedStyle(element);
  const probe = page.createElement('i');
  probe.style.background = 'Canvas';
  page.body.append(probe);
  const canvas = style(probe).backgroundColor;
  probe.remove();
  const groundOf = (element) => {
    for (let each = element; each !== null; each = each.parentElement) {
      const ground = style(each).backgroundColor;
      if (ground !== 'rgba(0, 0, 0, 0)') return ground;
    }
    return canvas;
  };
  const own = (element) => [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join('').trim();
  const written = [...page.body.querySelectorAll('*')].filter((element) => own(element) !== '');
  const width = page.documentElement.clientWidth;
  return {
    width,
    scrollWidth: page.documentElement.scrollWidth,
    canvas,
    cubbies: [...page.querySelectorAll('td[title^="cubby "]')].map((cell) => {
      const { left, top, right, bottom } = cell.getBoundingClientRect();
      return { title: cell.title, text: cell.innerText, left, top, right, bottom };
    }),
    over: written.filter((element) => element.getBoundingClientRect().right > width).map(own),
    contrasts: written.map((element) => ({ text: own(element), ratio: contrast(style(element).color, groundOf(element)) })),
    foldedAt: page.querySelector('details').getBoundingClientRect().top,
    scripts: page.querySelectorAll('script, link, img, iframe').length,
    text: page.body.innerText,
  };
};
`;

/** Looks at mails, each in a frame of some width, on one page of a browser. */
async function look(
  tab: Tab,
  folder: string,
  mails: readonly (readonly [html: string, width: number])[],
  scheme: 'light' | 'dark',
) {
  const frames = mails.map(([html, width]) => {
    const source = html.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    return `<iframe sandbox="allow-same-origin" width="${width}" height="800" style="border:0" srcdoc="${source}"></iframe>`;
  });
  const page = `<!DOCTYPE html><html style="color-scheme:light dark"><meta charset="utf-8"><body>${frames.join('')}<script>${MEASURE}</script></body></html>`;
  const file = join(folder, `${scheme}.html`);
  writeFileSync(file, page);
  await tab.look({ width: 1000, height: 1000, scheme });
  await tab.open(pathToFileURL(file).href);
  return (await tab.evaluate(`[...document.querySelectorAll('iframe')].map(measure)`)) as readonly Seen[];
}

describe.skipIf(skipped !== null)(
  `a mail in a real browser${skipped === null ? '' : ` (${skipped})`}`,
  () => {
    const { html } = renderMail(RICH_NOTICE, RICH_REPORT, MAIL_CONTEXT);
    const rich = [[html, 390] as const, [html, 1000] as const];

    /** Mails of one incident. */
    const one = upstairsIncident(1, 'critical', 14);
    const change = { headline: '1 disk stopped (two of three downstairs lost)', incidents: [one] };
    const short = (['opened', 'worse'] as const).map((kind) =>
      renderMail(notice({ ...change, news: [news(kind, one)] }), RICH_REPORT, MAIL_CONTEXT),
    );

    /** A mail of a sled that named a tag. */
    const zone = `${'<script>document.title="x"</script><img src=x onerror=alert(1)>'.repeat(4)}${'z'.repeat(300)}`;
    const evil = upstairsIncident(1, 'degraded', 14, {
      subject: { zone },
      sight: { message: zone, states: ['active', '<b>', 'm'.repeat(90)], sleds: [`3/${'s'.repeat(100)}`] },
    });
    const tagged = renderMail(
      notice({ incidents: [evil, upstairsIncident(2, 'degraded', 3)] }),
      RICH_REPORT,
      MAIL_CONTEXT,
    );

    let light: readonly Seen[];
    let dark: readonly Seen[];
    beforeAll(async () => {
      const others = [...short.map((mail) => [mail.html, 390] as const), [tagged.html, 400] as const];
      const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-mail-'));
      const browser = await openBrowser();
      try {
        const tab = await browser.tab();
        light = await look(tab, folder, [...rich, ...others], 'light');
        dark = await look(tab, folder, rich, 'dark');
      } finally {
        await browser.close();
        rmSync(folder, { recursive: true, force: true });
      }
    });

    it.each(['light', 'dark'] as const)('is readable on a %s page, on a phone and on a desk', (scheme) => {
      const views = (scheme === 'light' ? light : dark).slice(0, 2);
      expect(views.map((seen) => seen.width)).toEqual([390, 1000]);
      for (const seen of views) {
        expect(seen.canvas).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(18, 18, 18)');
        expect(seen.scrollWidth).toBeLessThanOrEqual(seen.width);
        expect(seen.over).toEqual([]);
        expect(seen.contrasts.length).toBeGreaterThan(200);
        // WCAG 2 AA.
        expect(seen.contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
      }
    });

    it('draws a rack as it stands, no cell over another, each with its state in words', () => {
      for (const { cubbies } of light.slice(0, 2)) {
        const byCubby = new Map(cubbies.map((cell) => [Number(/^cubby (\d+)/.exec(cell.title)?.[1]), cell]));
        expect([...byCubby.keys()].toSorted((x, y) => x - y)).toEqual(
          Array.from({ length: 32 }, (_, n) => n),
        );
        const words = (cubby: number) => byCubby.get(cubby)?.text.replaceAll(/\s+/g, ' ');
        expect([0, 9, 14, 17, 20, 31].map(words)).toEqual([
          '0 BRM42220000 ok',
          '9 BRM42220009 critical, partial ◀ VM',
          '14 BRM42220014 degraded ◀ VM',
          '17 BRM42220017 repairing ◀ VM',
          '20 BRM42220020 no answer ◀ VM',
          '31 -',
        ]);
        for (const [cubby, box] of byCubby) {
          expect(box.right - box.left).toBeGreaterThan(120);
          const [beside, above] = [byCubby.get(cubby + 1), byCubby.get(cubby + 2)];
          if (beside !== undefined && cubby % 2 === 0) expect(beside.left).toBeGreaterThan(box.right);
          if (above !== undefined) expect(above.bottom).toBeLessThan(box.top);
        }
        // The switches are between the two halves.
        const gap = (byCubby.get(14)?.top ?? 0) - (byCubby.get(16)?.bottom ?? 0);
        expect(gap).toBeGreaterThan(15);
      }
    });

    it('of one incident is on one screen of a phone, the rest folded below', () => {
      for (const phone of light.slice(2, 4)) {
        // The least screen of a phone of these years, without the frame of a reader of mail.
        expect(phone.foldedAt).toBeLessThan(620);
        expect(phone.text).toContain('All details');
        expect(phone.text).not.toContain('times connected');
      }
    });

    it('shows what a sled named a tag as text, and never wider than a phone', () => {
      expect(light).toHaveLength(5);
      const seen = light[4];
      expect(seen?.scripts).toBe(0);
      expect(seen?.text).toContain('<script>document.title="x"</script><img src=x onerror=alert(1)>');
      expect(seen?.over).toEqual([]);
      expect(seen?.scrollWidth).toBeLessThanOrEqual(400);
    });
  },
);

import { describe, expect, it } from 'vitest';
import { renderMail } from '../../src/mail/render-mail.ts';
import { dumpDom, requireChromium } from '../support/chromium.ts';
import { notice, upstairsIncident } from '../support/incidents.ts';
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
    scripts: page.querySelectorAll('script, link, img, iframe').length,
    text: page.body.innerText,
  };
};
addEventListener('load', () => {
  const seen = [...document.querySelectorAll('iframe')].map(measure);
  document.querySelector('#seen').textContent = encodeURIComponent(JSON.stringify(seen));
});
`;

async function look(html: string, widths: readonly number[], scheme: 'light' | 'dark') {
  const source = html.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const frames = widths.map(
    (width) =>
      `<iframe sandbox="allow-same-origin" width="${width}" height="800" style="border:0" srcdoc="${source}"></iframe>`,
  );
  const page = `<!DOCTYPE html><html style="color-scheme:light dark"><meta charset="utf-8"><body>${frames.join('')}<pre id="seen"></pre><script>${MEASURE}</script></body></html>`;
  const dom = await dumpDom(page, scheme);
  const [, seen = ''] = /<pre id="seen">([^<]*)<\/pre>/.exec(dom) ?? [];
  return JSON.parse(decodeURIComponent(seen)) as readonly Seen[];
}

describe.skipIf(skipped !== null)(
  `a mail in a real browser${skipped === null ? '' : ` (${skipped})`}`,
  () => {
    const { html } = renderMail(RICH_NOTICE, RICH_REPORT, MAIL_CONTEXT);

    it.each(['light', 'dark'] as const)(
      'is readable on a %s page, on a phone and on a desk',
      async (scheme) => {
        const views = await look(html, [400, 900], scheme);
        expect(views.map((seen) => seen.width)).toEqual([400, 900]);
        for (const seen of views) {
          expect(seen.canvas).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(18, 18, 18)');
          expect(seen.scrollWidth).toBeLessThanOrEqual(seen.width);
          expect(seen.over).toEqual([]);
          expect(seen.contrasts.length).toBeGreaterThan(200);
          // WCAG 2 AA.
          expect(seen.contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
        }
      },
      120_000,
    );

    it('draws a rack as 32 cells in order, none over another, each with its state in words', async () => {
      for (const { cubbies } of await look(html, [400, 900], 'light')) {
        expect(cubbies.map(({ title }) => title.replace(/:.*/, ''))).toEqual(
          Array.from({ length: 32 }, (_, cubby) => `cubby ${cubby}`),
        );
        const words = (cubby: number) => cubbies[cubby]?.text.replaceAll(/\s+/g, ' ');
        expect([0, 9, 14, 17, 20, 31].map(words)).toEqual([
          '0 ok',
          '9 critical, in part',
          '14 degraded',
          '17 repairing',
          '20 no answer',
          '31 -',
        ]);
        for (const [cubby, box] of cubbies.entries()) {
          expect(box.right - box.left).toBeGreaterThan(60);
          const [beside, below] = [cubbies[cubby + 1], cubbies[cubby + 4]];
          if (beside !== undefined && cubby % 4 < 3) expect(beside.left).toBeGreaterThan(box.right);
          if (below !== undefined) expect(below.top).toBeGreaterThan(box.bottom);
        }
      }
    }, 120_000);

    it('shows what a sled named a tag as text, and never wider than a phone', async () => {
      const zone = `${'<script>document.title="x"</script><img src=x onerror=alert(1)>'.repeat(4)}${'z'.repeat(300)}`;
      const evil = upstairsIncident(1, 'degraded', 14, {
        subject: { zone },
        sight: { message: zone, states: ['active', '<b>', 'm'.repeat(90)], sleds: [`3/${'s'.repeat(100)}`] },
      });
      const mail = renderMail(notice({ incidents: [evil] }), RICH_REPORT, MAIL_CONTEXT);
      const [seen] = await look(mail.html, [400], 'light');
      expect(seen?.scripts).toBe(0);
      expect(seen?.text).toContain('<script>document.title="x"</script><img src=x onerror=alert(1)>');
      expect(seen?.over).toEqual([]);
      expect(seen?.scrollWidth).toBeLessThanOrEqual(400);
    }, 120_000);
  },
);

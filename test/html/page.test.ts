import { expect, it } from 'vitest';
import { markup } from '../../src/html/markup.ts';
import { pageFrame } from '../../src/html/page-frame.ts';
import { pageTable } from '../../src/html/page-table.ts';

it('shows a hostile name as text, in titles, captions, headings, names and cells', () => {
  const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`;
  const table = pageTable({
    caption: hostile,
    nameHeading: hostile,
    columns: [{ heading: hostile, kind: 'word' }],
    rows: [{ name: markup`${hostile}`, cells: [hostile] }],
  });
  const { html } = pageFrame(hostile, [table]);
  expect(html).not.toMatch(/<script|<img/);
  expect(html.match(/&quot;&#39;&gt;&lt;script&gt;/g)).toHaveLength(7);
});

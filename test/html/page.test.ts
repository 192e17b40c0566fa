import { expect, it } from 'vitest';
import { pageFrame } from '../../src/html/page-frame.ts';
import { pageTable } from '../../src/html/page-table.ts';

it('shows a hostile name as text, in titles, captions, headings and cells', () => {
  const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`;
  const column = { heading: hostile, isNumber: false };
  const { html } = pageFrame(hostile, [pageTable(hostile, [column], [[hostile]])]);
  expect(html).not.toMatch(/<script|<img/);
  expect(html.match(/&quot;&#39;&gt;&lt;script&gt;/g)).toHaveLength(6);
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PICTURED, picturesPage, WIDTHS } from '../pictures/pictures.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/terminal.md', import.meta.url)), 'utf8');

/** The pictures of the page, by command and width. */
function pictures(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const section of PAGE.split(/^## /m).slice(1)) {
    const command = /^`(.*)`$/m.exec(section)?.[1] ?? '';
    for (const [, width, picture] of section.matchAll(/^(\d+) columns:\n\n```\n([^]*?)\n```$/gm)) {
      found.set(`${command} ${width}`, picture ?? '');
    }
  }
  return found;
}

/** Of those with zones the headings and the rows below them, without what stands below a row. */
function tableIn(picture: string): readonly string[] {
  const lines = picture.split('\n');
  const first = lines.findIndex((line) => /\bZONE +PID\b/.test(line));
  if (first < 0) return [];
  const after = lines.slice(first).findIndex((line) => line === '' || /^\(|^no answer|^\d+ ok/.test(line));
  return lines.slice(first, after < 0 ? undefined : first + after).filter((line) => !line.startsWith('    '));
}

describe('docs/terminal.md', () => {
  it('has a picture of each command at each width, between the words that npm run pictures writes', () => {
    const found = pictures();
    expect([...found.keys()]).toEqual(
      PICTURED.flatMap(({ command }) => WIDTHS.map((width) => `${command} ${width}`)),
    );
    expect([...found.values()].filter((picture) => picture.length < 100)).toEqual([]);
    expect(picturesPage(found)).toBe(PAGE);
  });

  it('names sled, zone and PID in each row of a table, from 60 columns on and where that fits', () => {
    let rows = 0;
    for (const [name, picture] of pictures()) {
      const [headings, ...lines] = tableIn(picture);
      if (headings === undefined) continue;
      expect(headings, name).toMatch(/(SLED|CUBBY) .*ZONE +PID/);
      for (const line of lines.filter((each) => !/ - +-( |$)/.test(each))) {
        rows += 1;
        expect(line, name).toMatch(/^(3\/\d+ |3 .* \d+ ).*[0-9a-f]{8}\S* +\d+( |$)/);
      }
    }
    expect(rows).toBeGreaterThan(100);
  });

  it('has no line of a table that is wider than its terminal', () => {
    for (const [name, picture] of pictures()) {
      const width = Number(name.split(' ').at(-1));
      for (const line of picture.split('\n')) expect(line.length, name).toBeLessThanOrEqual(width);
    }
  });
});

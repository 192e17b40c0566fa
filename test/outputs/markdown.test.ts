import { describe, expect, it } from 'vitest';
import { markdownFence, markdownTable, markdownText } from '../../src/outputs/markdown-text.ts';

describe('markdown', () => {
  it('keeps a hostile name within its cell, without markup', () => {
    const hostile = '<img src=x onerror=alert(1)>|![a](b)`@all`';
    const [, , line = ''] = markdownTable([{ text: 'ZONE', isRight: false }], [[hostile]]);
    expect(line.slice(2, -3)).not.toMatch(/[<>|`@[\]]/);
  });

  it('leaves the underscores within names, and no others', () => {
    expect(markdownText('oxz_propolis _x_')).toBe('oxz_propolis &#95;x&#95;');
  });

  it('makes no link of an address in a name', () => {
    expect(markdownText('https://a.example www.b.example x: y')).toBe(
      'https&#58;//a.example www&#46;b.example x: y',
    );
  });

  it('fences what holds fences', () => {
    expect([...markdownFence(['a\n````\nb\n'])].join('')).toBe('`````text\na\n````\nb\n`````\n\n');
    expect([...markdownFence([])]).toEqual([]);
  });
});

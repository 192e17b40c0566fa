import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { historyPath, sledPath } from '../../src/serve/links.ts';
import { routeOf } from '../../src/serve/route.ts';

describe('what an address means', () => {
  it.each([
    ['/', { is: 'page', page: { page: 'rack', filter: '', showsAll: false } }],
    ['/?q=3%2F7&all=1', { is: 'page', page: { page: 'rack', filter: '3/7', showsAll: true } }],
    ['/events/repairs', { is: 'events', page: { page: 'repairs' } }],
    ['/events/', { is: 'events', page: { page: 'rack', filter: '', showsAll: false } }],
    ['/session/00ff', { is: 'page', page: { page: 'session', token: '00ff' } }],
    ['/healthz', { is: 'health' }],
    ['/metrics?x', { is: 'metrics' }],
  ])('%s', (target, route) => {
    expect(routeOf(target)).toEqual(route);
  });

  it.each([
    '',
    '*',
    '//elsewhere/',
    '/events',
    '/sled/3',
    '/sled/3/%zz',
    '/../etc/passwd',
    '/session/a/b',
    '/history/x',
  ])('is nothing where nothing is: %j', (target) => {
    expect(routeOf(target)).toEqual({ is: 'nowhere' });
  });

  it('is what a link was made of, whatever the names', () => {
    const name = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter((text) => !/\p{Cs}/u.test(text) && !/^\.{1,2}$/.test(text));
    fc.assert(
      fc.property(name, name, (rack, sled) => {
        const id = `${rack}/${sled}`;
        expect(routeOf(sledPath({ rack, id }))).toEqual({ is: 'page', page: { page: 'sled', sled: id } });
        expect(routeOf(historyPath({ q: sled.slice(0, 200), since: '1d' }))).toMatchObject({
          page: { filter: sled.slice(0, 200), since: '1d' },
        });
      }),
    );
  });

  it('is never an error', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof routeOf(`/${text}`).is === 'string'));
  });
});

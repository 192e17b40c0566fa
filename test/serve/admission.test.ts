import { describe, expect, it } from 'vitest';
import { refusalOf, type Asking } from '../../src/serve/admission.ts';

const asking = (change: Partial<Asking>): Asking => ({
  method: 'GET',
  host: '127.0.0.1:8080',
  origin: undefined,
  fetchSite: undefined,
  fetchMode: undefined,
  ...change,
});

describe('who is answered', () => {
  it.each<Partial<Asking>>([
    {},
    { method: 'HEAD' },
    { host: 'localhost:9999' },
    { host: 'LOCALHOST' },
    { host: '[::1]:8080' },
    { origin: 'http://localhost:8080' },
    { fetchSite: 'same-origin', fetchMode: 'cors' },
    // A link in a ticket.
    { fetchSite: 'cross-site', fetchMode: 'navigate' },
  ])('is whoever reads this machine: %j', (change) => {
    expect(refusalOf(asking(change))).toBeNull();
  });

  it.each<[Partial<Asking>, number]>([
    [{ method: 'POST' }, 405],
    [{ method: 'OPTIONS' }, 405],
    [{ host: undefined }, 421],
    [{ host: 'evil.example:8080' }, 421],
    [{ host: '127.0.0.1.evil.example' }, 421],
    [{ host: 'localhost@evil.example' }, 421],
    [{ host: '10.0.0.1' }, 421],
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ fetchSite: 'cross-site', fetchMode: 'no-cors' }, 403],
  ])('is not a page of another site, nor who would change something: %j', (change, status) => {
    expect(refusalOf(asking(change))?.status).toBe(status);
  });
});

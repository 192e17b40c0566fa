import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHistoryReader } from '../../src/serve/history-reader.ts';
import { MOST_READERS } from '../../src/serve/live-server.ts';
import { publishedErrors, schemaErrors } from '../support/report-schema.ts';
import { readExposition, samplesOf } from '../support/exposition.ts';
import { HEALTHY, serveRack, type ServedRack } from './support/served-rack.ts';

let rack: ServedRack;

beforeEach(async () => {
  rack = await serveRack(3);
  rack.report(0, HEALTHY);
  rack.report(1, ['active', 'faulted', 'active']);
  rack.pass(1);
});

afterEach(async () => await rack.server.close());

const get = async (path: string, init: RequestInit = {}) => await fetch(new URL(path, rack.server.url), init);
const text = async (path: string) => await (await get(path)).text();

/** Listens to a page, and gives what was heard so far. */
async function listen(path = '/') {
  const ended = new AbortController();
  const response = await get(`/events${path}`, { signal: ended.signal });
  let heard = '';
  void (async () => {
    for await (const bytes of response.body ?? []) heard += Buffer.from(bytes).toString();
  })().catch(() => {});
  return {
    status: response.status,
    leave: () => ended.abort(),
    frames: () =>
      heard
        .split('\n\n')
        .slice(0, -1)
        .map((frame) => JSON.parse(frame.replace('data: ', ''))),
  };
}

describe('the page of a rack that is watched', () => {
  it('says what is so, what is not known and why, and never what is old as if it were of now', async () => {
    const first = await text('/');
    expect(first).toMatch(/<title>ds-state, rack 3: 2 of 3 sleds answered, 1 degraded<\/title>/);
    expect(first).toContain('nothing was heard of it yet');
    // It is of now without a script too.
    expect(first).toContain('<noscript><meta http-equiv="refresh" content="10"></noscript>');
    rack.pass(20);
    rack.report(0, HEALTHY);
    rack.lose(2, 'it refused <b>us</b>', { stage: 'connect', code: 'refused' });
    rack.pass(0);
    const later = await text('/');
    expect(later).toMatch(/2 of 3 sleds answered<\/title>/);
    expect(later).toContain('STALE 21s');
    expect(later).toContain('no answer: connect, refused');
    expect(later).toContain('it refused &lt;b&gt;us');
    const report = JSON.parse(await text('/report.json'));
    expect([...schemaErrors(report), ...publishedErrors(report)]).toEqual([]);
    expect(report.health).toEqual({ ok: 1 });
    const old = report.rows.find(({ cubby }: { readonly cubby: number }) => cubby === 1);
    expect(old).toMatchObject({ ds1: null, health: null });
    expect(old.note).toMatch(/^its last report came 21s ago: active\/faulted\/active \(degraded\) then$/);
    const metrics = readExposition(await text('/metrics'));
    expect(samplesOf(metrics, 'cruc_fleet_sled_up').map(({ value }) => value)).toEqual([1, 1, 0]);
  });

  it('is of the moment at which it is made, also between two ticks', async () => {
    rack.wait(2);
    rack.report(0, ['offline', 'active', 'active']);
    expect(await text('/')).toMatch(/0s ago <small><time datetime="2026-11-27T06:00:03Z">/);
    expect(await text('/')).toContain('as of <time id="as-of">2026-11-27T06:00:03Z</time>');
  });

  it('can be listened to: what changes comes, once for all readers', async () => {
    const [one, two] = [await listen(), await listen('/?q=faulted')];
    await expect.poll(() => [one.frames().length, two.frames().length]).toEqual([1, 1]);
    rack.report(0, ['offline', 'offline', 'active']);
    rack.pass(1);
    await expect.poll(() => one.frames()).toHaveLength(2);
    expect(one.frames()[1].regions.list).toContain('critical');
    expect(one.frames()[1].regions).not.toHaveProperty('chosen');
    expect(two.frames()[0].regions.list).toContain('faulted');
    await expect.poll(() => two.frames()).toHaveLength(2);
    expect(two.frames()[1].regions.list ?? '').not.toContain('offline');
    one.leave();
    await expect.poll(() => rack.server.readers()).toBe(1);
  });

  it('has a page for each sled, session and repair, and for one that is gone', async () => {
    rack.report(0, ['active', 'active', 'live_repair'], { extents_repaired_2: 5, extents_confirmed_2: 5 });
    rack.pass(1);
    const links = (page: string, kind: string) =>
      [...page.matchAll(new RegExp(`href="(/${kind}/[^"]+)"`, 'g'))].map(([, path]) => path ?? '');
    const [session = ''] = links(await text('/'), 'session');
    expect(await text(session)).toContain('active');
    const [sled = ''] = links(await text('/'), 'sled');
    expect((await get(sled)).status).toBe(200);
    expect(await text('/repairs')).toContain('live repair of 2');
    const missing = await get('/session/0000000000000000');
    expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining('is not seen')]);
    expect(await text('/history')).toContain('the history is off');
    expect((await get('/history?since=never')).status).toBe(400);
  });

  it('says where sick copies are and whose disk it is, as old as kept facts are', async () => {
    let age = 'file of 2h ago';
    const other = await serveRack(2, undefined, (row) => ({
      disk: '<i>boot</i>',
      instance: 'web',
      ...Object.fromEntries(
        [0, 1, 2].flatMap((n) => [
          [`ds${n}_sled`, `3/${n}`],
          [`ds${n}_disk`, `A${n}`],
        ]),
      ),
      facts_age: row['ds1'] === 'faulted' ? age : null,
    }));
    const page = async (path: string) => await (await fetch(new URL(path, other.server.url))).text();
    try {
      other.report(0, ['active', 'faulted', 'active']);
      other.pass(1);
      const racks = await page('/');
      expect(racks).toMatch(
        /SICK COPIES[^]*1: 3\/1, disk A1<br><small>file of 2h ago[^]*&lt;i&gt;boot&lt;\/i&gt;, web/,
      );
      expect(racks).not.toContain('0: 3/0, disk A0');
      const session = /href="(\/session\/[^"]+)"/.exec(racks)?.[1] ?? '';
      expect(await page(session)).toMatch(/copies, by kept facts[^]*0: 3\/0, disk A0[^]*2: 3\/2, disk A2/);
      age = 'file of 3h ago';
      other.pass(1);
      other.report(0, ['active', 'faulted', 'active']);
      other.pass(1);
      expect(await page('/')).toContain('file of 3h ago');
    } finally {
      await other.server.close();
    }
    expect(await text('/')).not.toContain('SICK COPIES');
  });

  it('has a history that can be zoomed by links, read again where it has changed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-served-'));
    const history = join(folder, 'history');
    const other = await serveRack(2, createHistoryReader(history));
    const page = async (path: string) => await (await fetch(new URL(path, other.server.url))).text();
    try {
      other.report(0, ['active', 'faulted', 'active']);
      other.pass(1);
      expect(await page('/history')).toContain('there is no history yet');
      await other.keep(history);
      other.pass(60);
      expect(await page('/history')).toMatch(/degraded from 2026-11-27T06:00:01Z/);
      other.report(0, HEALTHY);
      await other.keep(history);
      other.pass(60);
      const whole = await page('/history');
      expect(whole).toMatch(/; ok from 2026-11-27T06:01:01Z/);
      const zoom = /href="(\/history\?since=[^"]+)" title="zoom in from here"/.exec(whole)?.[1] ?? '';
      const part = await page(zoom.replaceAll('&amp;', '&'));
      expect(part).toMatch(/<h1>History, 2026-11-27T06:00:00Z to 2026-11-27T06:01:00Z/);
      expect(part).not.toContain('ok from');
      expect(await page('/history?q=nosuch')).toContain('has no upstairs of this time that has this text');
    } finally {
      await other.server.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('says what is wrong with the server itself on every page', async () => {
    rack.troubles.push('the history <x> is locked by PID 7; this run is not in it');
    rack.pass(1);
    for (const path of ['/', '/repairs', '/history']) {
      expect(await text(path)).toContain('the history &lt;x&gt; is locked by PID 7');
    }
  });

  it('lets nothing of a sled run, or look like a part of the page', async () => {
    const zone = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202E';
    rack.report(2, ['offline', 'active', 'active'], { zone });
    rack.pass(1);
    const listener = await listen();
    await expect.poll(() => listener.frames()).toHaveLength(1);
    for (const page of [await text('/'), await text('/?all=1'), listener.frames()[0].regions.list]) {
      expect(page).toContain('&lt;script&gt;alert(1)');
      expect(page).not.toMatch(/<script>|<img|\u202E/);
    }
  });

  it('is healthy as long as a sled is heard, and says the reason where none is', async () => {
    const health = async () => {
      const response = await get('/healthz');
      return [response.status, await response.text()];
    };
    expect(await health()).toEqual([200, 'ok: 2 of 3 sleds are watched\n']);
    rack.pass(10);
    expect(await health()).toEqual([503, '2 of 3 sleds are watched, and no upstairs on them reports\n']);
    for (const sled of [0, 1, 2]) rack.lose(sled, 'refused the connection');
    rack.pass(0);
    expect(await health()).toEqual([
      503,
      expect.stringMatching(/^0 of 3 .* heard\n.*refused the connection/),
    ]);
  });
});

describe('a server of pages', () => {
  it('sends no cookie, and what keeps a browser from running, framing or guessing anything', async () => {
    for (const path of ['/', '/report.json', '/nowhere', '/live.js']) {
      const { headers } = await get(path);
      expect(headers.get('set-cookie')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; /);
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('answers GET and HEAD alone, and nobody who calls it by another name', async () => {
    const post = await get('/', { method: 'POST', body: 'x' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const head = await get('/', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await get('/', { headers: { Origin: 'http://evil.example' } })).status).toBe(403);
    expect(await raw('GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /);
    expect(await raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('serves some readers and tells the others, whoever reads or not', async () => {
    const sockets: Socket[] = [];
    try {
      // They ask, and never read.
      for (let n = 0; n < MOST_READERS; n++) {
        const socket = dial();
        socket.pause();
        socket.write('GET /events/ HTTP/1.1\r\nHost: localhost\r\n\r\n');
        sockets.push(socket);
      }
      await expect.poll(() => rack.server.readers()).toBe(MOST_READERS);
      const refused = await get('/events/');
      expect([refused.status, await refused.text()]).toEqual([
        503,
        expect.stringContaining('listen already'),
      ]);
      expect((await get('/')).status).toBe(200);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
    await expect.poll(() => rack.server.readers()).toBe(0);
  });
});

function dial(): Socket {
  return connect(Number(new URL(rack.server.url).port), '127.0.0.1').on('error', () => {});
}

async function raw(request: string): Promise<string> {
  const socket = dial();
  socket.end(request);
  let answer = '';
  for await (const bytes of socket) answer += String(bytes);
  return answer;
}

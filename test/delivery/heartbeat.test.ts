import { afterEach, describe, expect, it } from 'vitest';
import { ping } from '../../src/delivery/heartbeat.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';
import { closedPort } from '../transport/support/simple-server.ts';

const SECRET = '0f2a6c1e-5d7b-4b1a-9a39-1d2c3b4a5f60';
const RUN = '7d0c2a44-3f4e-4a0e-8f47-0a3b1c2d3e4f';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function httpServer(...args: Parameters<typeof startHttpServer>): Promise<HttpServer> {
  const server = await startHttpServer(...args);
  cleanups.push(() => server.stop());
  return server;
}

describe('a heartbeat', () => {
  it('tells the start and the end of a run, which belong together', async () => {
    const server = await httpServer();
    const url = `http://127.0.0.1:${server.port}/${SECRET}`;
    expect(await ping(url, 'start', { runId: RUN })).toBeNull();
    expect(await ping(url, 0, { runId: RUN, body: 'OK - all is well' })).toBeNull();
    expect(await ping(url, 2, { runId: RUN, body: 'CRITICAL - ✓' })).toBeNull();
    expect(server.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['POST', `/${SECRET}/start?rid=${RUN}`, ''],
      ['POST', `/${SECRET}?rid=${RUN}`, 'OK - all is well'],
      ['POST', `/${SECRET}/2?rid=${RUN}`, 'CRITICAL - ✓'],
    ]);
  });

  it('leaves a query and the end of a path as they are', async () => {
    const server = await httpServer();
    const at = `http://127.0.0.1:${server.port}`;
    await ping(`${at}/ping/?a=b%20c&d`, 3, { runId: RUN });
    await ping(`${at}/ping/?a=b%20c&d`, 0);
    await ping(`${at}/ping/#part`, 0);
    await ping(at, 'start');
    expect(server.requests.map(({ path }) => path)).toEqual([
      `/ping/3?a=b%20c&d&rid=${RUN}`,
      '/ping/?a=b%20c&d',
      '/ping/',
      '/start',
    ]);
  });

  it('has the first 10 kB of a body, without half a letter', async () => {
    const server = await httpServer();
    await ping(`http://127.0.0.1:${server.port}/x`, 0, { body: `a${'é'.repeat(9_000)}` });
    expect(server.requests[0]?.body).toBe(`a${'é'.repeat(4_999)}`);
  });

  it('logs in with the user and the password of its URL', async () => {
    const server = await httpServer();
    await ping(`http://ada:sesame@127.0.0.1:${server.port}/x`, 0);
    expect(server.requests[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('ada:sesame').toString('base64')}`,
    );
  });

  it.each([404, 500])(
    'that is answered with %d is a problem, without the path in its words',
    async (status) => {
      const server = await httpServer((response, { path }) =>
        response.writeHead(status).end(`cannot ${path}`),
      );
      expect(await ping(`http://127.0.0.1:${server.port}/${SECRET}`, 'start')).toBe(
        `the heartbeat at 127.0.0.1:${server.port} was answered with status ${status}; check its URL`,
      );
    },
  );

  it.each(['not found', 'rate limited'])('that is answered "OK (%s)" did not count', async (what) => {
    const server = await httpServer((response) => response.end(`OK (${what})`));
    expect(await ping(`http://127.0.0.1:${server.port}/${SECRET}`, 0)).toBe(
      `the heartbeat at 127.0.0.1:${server.port} was not counted: ${what}; check its URL`,
    );
  });

  it('is not sent on to another host', async () => {
    const other = await httpServer();
    const server = await httpServer((response, { path }) =>
      response.writeHead(301, { Location: `http://127.0.0.1:${other.port}${path}` }).end(),
    );
    expect(await ping(`http://127.0.0.1:${server.port}/${SECRET}`, 0)).toBe(
      `the heartbeat at 127.0.0.1:${server.port} did not arrive: it is redirected to 127.0.0.1:${other.port}; check its URL`,
    );
    expect(other.requests).toEqual([]);
  });

  it('that nobody receives is a problem, not an error', async () => {
    const port = await closedPort();
    expect(await ping(`http://ada:sesame@127.0.0.1:${port}/${SECRET}`, 0)).toBe(
      `the heartbeat at 127.0.0.1:${port} did not arrive: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
    expect(await ping('no URL at all', 0)).toBe(
      'the URL of the heartbeat is not of http or https; nothing was sent',
    );
  });

  it('to a server that never answers is given up', async () => {
    const server = await httpServer(() => {});
    expect(await ping(`http://127.0.0.1:${server.port}/${SECRET}`, 'start', { timeoutMs: 200 })).toBe(
      `the heartbeat at 127.0.0.1:${server.port} did not arrive: no answer within 200 ms`,
    );
  });
});

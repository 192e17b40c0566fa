import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCheck } from '../../src/check/run-check.ts';
import { postNotice } from '../../src/delivery/post-notice.ts';
import type { CheckConfig } from '../../src/config/check-config.ts';
import { describeError } from '../../src/model/error.ts';
import { resolve } from '../config/support/resolving.ts';
import { makeWorld, MINUTE, reportOf, START } from '../support/check-world.ts';
import { startHttpServer, type HttpServer } from '../support/http-server.ts';
import { noticeErrors } from '../support/report-schema.ts';
import { closedPort } from '../transport/support/simple-server.ts';

let folder: string;
let now: number;
let server: HttpServer;
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-posts-'));
  now = START;
  answer = (response) => response.end('ok');
  server = await startHttpServer((response) => answer(response));
});

afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const SECRET = 'T0/B0/s3cr3t';

async function check(
  world: ReturnType<typeof makeWorld>,
  config: Partial<CheckConfig>,
  isDryRun = false,
  more: Partial<Parameters<typeof runCheck>[1]> = {},
) {
  const { config: usual } = await resolve({});
  const answered = await runCheck(
    {
      config: { ...usual, stateFile: join(folder, 'check.json'), ...config },
      problems: [],
      wantsMail: false,
      inventory: { file: '/etc/inventory.yaml', sleds: world.sleds.map((_, n) => `3/BRM4222000${n}`) },
      program: '/usr/local/bin/cruc-fleet',
      programVersion: '0.0.0-test',
      hostName: 'mgmt.example',
      isDryRun,
    },
    {
      now: () => new Date(now),
      random: () => 0.5,
      bootClock: () => null,
      ask: () => Promise.resolve(reportOf(world, now)),
      ...more,
    },
  );
  now += 5 * MINUTE;
  return answered;
}

const url = () => `http://127.0.0.1:${server.port}/${SECRET}`;
const spooled = () => readdirSync(join(folder, 'check.spool')).toSorted();
const posted = () => server.requests.map(({ body }) => JSON.parse(body));

function brokenWorld() {
  const world = makeWorld(2, 2);
  world.sessions[1]!.states = ['active', 'faulted', 'active'];
  return world;
}

describe('what is new', () => {
  it('says where the sick downstairs is, where kept facts know it', async () => {
    const where = 'region 3f2b0001, 3/9, disk A0793; 2h old';
    const place = { where, service: null, disk: 'boot', instance: null, cause: null };
    const config = { postJsonUrl: url(), postSlackUrl: `${url()}/slack` };
    await check(brokenWorld(), config, false, {
      placesOf: (_, incidents) => new Map(incidents.map(({ key }) => [key, place])),
    });
    const [json, slack] = posted();
    expect(noticeErrors(json)).toEqual([]);
    expect(json.news.map(({ incident }: { incident: { place: unknown } }) => incident.place)).toEqual([
      place,
    ]);
    expect(JSON.stringify(slack)).toContain(`downstairs 1 (${where}) is faulted`);
  });

  it('is posted once as JSON of its schema and as a message of Slack, and its end too', async () => {
    const config = { postJsonUrl: url(), postSlackUrl: `${url()}/slack` };
    const world = brokenWorld();
    await check(world, config);
    await check(world, config);
    expect(server.requests.map(({ path }) => path)).toEqual([`/${SECRET}`, `/${SECRET}/slack`]);
    const [json, slack] = posted();
    expect(noticeErrors(json)).toEqual([]);
    expect(json).toMatchObject({
      kind: 'news',
      group: 'rack 3',
      level: 'critical',
      news: [{ kind: 'opened', incident: { rule: 'degraded', downstairs: 1 } }],
      subject: '[cruc-fleet] CRITICAL - rack 3: 1 degraded - new',
    });
    expect(slack.text).toBe('[cruc-fleet] CRITICAL - rack 3: 1 degraded - new');
    expect(JSON.stringify(slack.blocks)).toContain('new: *degraded* on 3/');
    world.sessions[1]!.states = ['active', 'active', 'active'];
    for (let run = 0; run < 3; run++) await check(world, config);
    expect(
      posted()
        .slice(2)
        .map(({ kind, news, text }) => news?.[0].kind ?? kind ?? text),
    ).toEqual(['resolved', expect.stringContaining('resolved')]);
    expect(spooled()).toEqual([]);
  });

  it.each([
    ['is refused by a server that is away', null, 'ECONNREFUSED'],
    [
      'is answered with 500',
      (response: ServerResponse) => response.writeHead(500).end('oh'),
      'status 500, saying "oh"',
    ],
    [
      'is answered with 429',
      (response: ServerResponse) => response.writeHead(429).end(),
      'it takes no more for now',
    ],
    ['is cut off', (response: ServerResponse) => response.destroy(), 'did not take the notice'],
    [
      'is redirected',
      (response: ServerResponse) => response.writeHead(302, { location: 'http://x.example/' }).end(),
      'redirects to x.example',
    ],
  ])(
    'that %s waits in the spool, without the URL, and is posted in its order later',
    async (_, how, problem) => {
      const world = brokenWorld();
      const away = `http://127.0.0.1:${await closedPort()}/${SECRET}`;
      if (how !== null) answer = how;
      const first = await check(world, { postJsonUrl: how === null ? away : url() });
      expect(first.result.level).toBe('critical');
      expect(first.result.troubles.join('\n')).toContain(problem);
      expect(first.result.troubles.join('\n')).toMatch(
        /1 post waits in .*check\.spool since .* will be tried again/,
      );
      expect(first.result.troubles.join('\n')).not.toContain(SECRET);
      world.sessions[0]!.states = ['active', 'active', 'offline'];
      await check(world, { postJsonUrl: how === null ? away : url() });
      expect(spooled()).toHaveLength(2);
      for (const name of spooled())
        expect(readFileSync(join(folder, 'check.spool', name), 'utf8')).not.toContain(SECRET);
      const before = server.requests.length;
      answer = (response) => response.end('ok');
      const last = await check(world, { postJsonUrl: url() });
      expect(last.result.troubles).toEqual([]);
      expect(
        posted()
          .slice(before)
          .map(({ news }) => news.length),
      ).toEqual([1, 1]);
      expect(spooled()).toEqual([]);
    },
  );

  it('that is refused alone keeps the others of its shape and of the other from nothing', async () => {
    answer = (response) => response.writeHead(server.requests.length === 1 ? 400 : 200).end();
    const world = brokenWorld();
    const { result } = await check(world, { postJsonUrl: url(), postSlackUrl: url() });
    expect(result.troubles[0]).toMatch(
      /^post\.json: the webhook at 127\.0\.0\.1:\d+ answered with status 400; it does not take this notice; to give it up, remove .*\.json$/,
    );
    expect(server.requests).toHaveLength(2);
    expect(spooled()).toEqual([expect.stringMatching(/^rack-3\.1\..*\.json\.json$/)]);
    const off = await check(world, {});
    expect(off.result.troubles).toEqual([expect.stringMatching(/1 post waits in .*, and post\.json is off/)]);
  });

  it('is only shown by a dry run', async () => {
    const { posts } = await check(brokenWorld(), { postJsonUrl: url() }, true);
    expect(posts.map(({ post }) => post.shape)).toEqual(['json']);
    expect(server.requests).toEqual([]);
  });

  it('that a sled words to mention or link is text to Slack', async () => {
    const world = brokenWorld();
    world.sessions[1]!.zone = 'oxz_<!channel>&<http://x.example|y>';
    world.sessions[1]!.there = 'silent';
    await check(world, { postSlackUrl: url() });
    const body = server.requests.map((request) => request.body).join('');
    expect(body).not.toMatch(/<!channel>|<http/);
  });
});

describe('postNotice', () => {
  it('gives up on a server that is too slow, and does not repeat what it says of the URL', async () => {
    answer = () => {};
    const slow = await postNotice(url(), '{}', { timeoutMs: 50 });
    expect(slow).toMatchObject({ status: 'failed', scope: 'server' });
    answer = (response) => response.writeHead(404).end(`no /${SECRET} here`);
    const failed = await postNotice(url(), '{}');
    const said = failed.status === 'failed' ? describeError(failed.error) : '';
    expect(said).toContain('answered with status 404, saying "no *** here"; check its URL');
  });
});

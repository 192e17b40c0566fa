import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { momentText } from '../drawing/moment.ts';
import { codeOf, FleetError } from '../model/error.ts';
import type { Now } from '../watch/event.ts';
import { refusalOf } from './admission.ts';
import { answerTo, textAnswer, type Answer, type AnswerRoute } from './answer.ts';
import { createChannel, type Channel, type Reader } from './channel.ts';
import { urlOf, type ListenAddress } from './listen-address.ts';
import type { Page } from './page.ts';
import { CONTENT_POLICY } from './page-document.ts';
import { pageOf } from './pages/page-of.ts';
import { routeOf, type PageRoute, type Route } from './route.ts';
import { sceneOf, type Scene, type Served } from './scene.ts';

/** A server of pages, on this machine alone. */
export interface LiveServer {
  readonly url: string;
  /** How many listen to the news of a page. */
  readonly readers: () => number;
  /** Takes what is known now, and sends what is new of it; to be called about once a second. */
  readonly tick: () => void;
  readonly close: () => Promise<void>;
}

export interface LiveServerEdges {
  readonly now: () => Now;
  /** Hears of a bug in what makes an answer. */
  readonly onBug: (error: unknown) => void;
}

/** Pages that are listened to at the same time, and connections of all kinds: more are refused. */
export const MOST_READERS = 200;
const MOST_SOCKETS = 320;
/** Pages that are kept until the next tick, and answers: others are made for each who asks. */
const MOST_PAGES = 300;
const MOST_ANSWERS = 32;

const LIMITS = {
  maxHeaderSize: 8192,
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
};
/** Who takes nothing for so long is gone, or stands in the way. */
const STILL_MS = 60_000;

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** A page that somebody listens to. */
interface OpenPage {
  readonly route: PageRoute;
  readonly channel: Channel;
  isMaking: boolean;
}

/** What was made once for all who want it, and when. */
interface Made<T> {
  readonly what: Promise<T>;
  readonly wall: number;
}

/** Listens at an address. Rejects with `usage` where it is taken or not to be had. */
export async function openLiveServer(
  address: ListenAddress,
  served: Served,
  { now, onBug }: LiveServerEdges,
): Promise<LiveServer> {
  const channels = new Map<string, OpenPage>();
  /** What was made since the last tick. What is known changes all the time: each is made with a scene of its own. */
  let pages = new Map<string, Made<Page>>();
  let answers = new Map<string, Made<Answer>>();
  let readers = 0;

  const pageNow = (route: PageRoute, scene?: Scene): Made<Page> =>
    kept(pages, MOST_PAGES, route, () => {
      const own = scene ?? sceneOf(served, now());
      return { what: pageOf(route, own), wall: own.now.wall };
    });

  const answerNow = (route: AnswerRoute): Made<Answer> =>
    kept(answers, MOST_ANSWERS, route, () => {
      const scene = sceneOf(served, now());
      return { what: answerTo(route, scene), wall: scene.now.wall };
    });

  const listen = (route: PageRoute, response: ServerResponse): void => {
    const key = JSON.stringify(route);
    const own = channels.get(key) ?? { route, channel: createChannel(), isMaking: false };
    channels.set(key, own);
    readers += 1;
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
    const reader = own.channel.join({ write: (text) => response.write(text) });
    response.on('drain', reader.drained);
    response.on('close', () => {
      readers -= 1;
      own.channel.leave(reader);
      if (own.channel.size() === 0) channels.delete(key);
    });
    response.flushHeaders();
    void sendTo(own, undefined, reader);
  };

  const sendTo = async ({ route, channel }: OpenPage, scene?: Scene, only?: Reader): Promise<void> => {
    try {
      const { what, wall } = pageNow(route, scene);
      channel.send(await what, momentText(wall), only);
    } catch (error) {
      onBug(error);
    }
  };

  /** A page that takes long to make is not made twice at a time. */
  const sendNews = async (own: OpenPage, scene: Scene): Promise<void> => {
    if (own.isMaking) return;
    own.isMaking = true;
    await sendTo(own, scene);
    own.isMaking = false;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = refusalOf(askingOf(request));
    if (refusal !== null) {
      send(response, textAnswer(refusal.status, refusal.why), true);
      return;
    }
    const route = routeOf(request.url ?? '');
    if (route.is !== 'events') {
      send(response, await answerNow(route).what);
    } else if (request.method === 'HEAD') {
      send(response, { status: 200, type: 'text/event-stream', body: '' });
    } else if (readers >= MOST_READERS) {
      response.setHeader('Retry-After', '5');
      send(
        response,
        textAnswer(503, `${MOST_READERS} readers listen already, which is all that are served`),
        true,
      );
    } else {
      listen(route.page, response);
    }
  };

  const server = createServer(LIMITS, (request, response) => {
    answer(request, response).catch(onBug);
  });
  server.maxConnections = MOST_SOCKETS;
  server.setTimeout(STILL_MS);
  await bind(server, address);
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
  return {
    url: urlOf({ ...address, port }),
    readers: () => readers,
    tick() {
      pages = new Map();
      answers = new Map();
      const scene = sceneOf(served, now());
      for (const own of channels.values()) void sendNews(own, scene);
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function kept<T>(
  all: Map<string, Made<T>>,
  most: number,
  route: Route | PageRoute,
  make: () => Made<T>,
): Made<T> {
  const key = JSON.stringify(route);
  const made = all.get(key) ?? make();
  if (all.size < most) all.set(key, made);
  return made;
}

function askingOf({ method = '', headers }: IncomingMessage) {
  const one = (name: string) => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  return {
    method,
    host: headers.host,
    origin: headers.origin,
    fetchSite: one('sec-fetch-site'),
    fetchMode: one('sec-fetch-mode'),
  };
}

/** The body of a request is not read: whoever sends one is not listened to any longer. */
function send(response: ServerResponse, { status, type, body }: Answer, isLast = false): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    ...HEADERS,
    ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
    ...(isLast ? { Connection: 'close' } : {}),
    'Content-Type': type,
    ...(status === 204 ? {} : { 'Content-Length': bytes.length }),
  });
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
}

async function bind(server: ReturnType<typeof createServer>, { host, port }: ListenAddress): Promise<void> {
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (cause) {
    throw new FleetError('usage', `--listen ${host}:${port}: ${whyNot(cause)}`, { cause });
  }
}

function whyNot(error: unknown): string {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return 'another program listens there; choose another port';
    case 'EACCES':
      return 'this user may not listen there; choose a port from 1024 on';
    case 'EADDRNOTAVAIL':
      return 'this machine does not have this address; use 127.0.0.1';
    default:
      return 'it cannot be listened to';
  }
}

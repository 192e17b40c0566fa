import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Request {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface HttpServer {
  readonly port: number;
  readonly requests: readonly Request[];
  stop(): Promise<void>;
}

/** An HTTP server on loopback that keeps what it was asked; without `answer` it says 200. */
export async function startHttpServer(
  answer: (response: ServerResponse, request: Request) => void = (response) => response.end('OK'),
): Promise<HttpServer> {
  const requests: Request[] = [];
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (text: string) => (body += text));
    incoming.on('end', () => {
      const { method, url, headers } = incoming;
      const request = { method: method ?? '', path: url ?? '', headers, body };
      requests.push(request);
      answer(response, request);
    });
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('no port'));
    });
  });
  return {
    port,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

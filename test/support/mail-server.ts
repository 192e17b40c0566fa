import type { Socket } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';

/** A mail as it came to a server. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
  readonly parsed: ParsedMail;
  readonly session: SMTPServerSession;
}

export interface MailServer {
  readonly port: number;
  /** In the order in which they were taken. */
  readonly mails: readonly ReceivedMail[];
  /** Connections so far. */
  connections(): number;
  /** Hangs up on every client without a word. */
  cut(): void;
  stop(): Promise<void>;
}

/** Told of each whole mail before it is taken; what it throws is the answer. */
export type OnMail = (mail: ReceivedMail, server: MailServer) => void;

type OnData = Parameters<NonNullable<SMTPServerOptions['onData']>>;

/** A mail server on loopback that takes what its options let through. Without options: no TLS and no login. */
export async function startMailServer(
  options: SMTPServerOptions = {},
  onMail: OnMail = () => {},
): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  let connections = 0;
  const plain: SMTPServerOptions = { disabledCommands: ['STARTTLS', 'AUTH'] };
  const sockets = new Set<Socket>();
  const takeMail = async (...[stream, session, callback]: OnData): Promise<void> => {
    try {
      const mail = await receive(stream, session);
      onMail(mail, handle);
      mails.push(mail);
      callback(null, 'taken');
    } catch (error) {
      callback(error as Error);
    }
  };
  const server = new SMTPServer({
    logger: false,
    disableReverseLookup: true,
    closeTimeout: 100,
    ...(options.key === undefined ? plain : {}),
    ...options,
    onData: (...args) => void takeMail(...args),
  });
  // Clients that hang up, and refuse certificates, are part of the tests.
  server.on('error', () => {});
  server.on('connect', () => (connections += 1));
  server.server.on('connection', (socket: Socket) => sockets.add(socket));
  const port = await new Promise<number>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('no port'));
    });
  });
  const handle: MailServer = {
    port,
    mails,
    connections: () => connections,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return handle;
}

async function receive(stream: AsyncIterable<unknown>, session: SMTPServerSession): Promise<ReceivedMail> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const { mailFrom, rcptTo } = session.envelope;
  return {
    from: mailFrom === false ? '' : mailFrom.address,
    to: rcptTo.map((each) => each.address),
    raw,
    parsed: await simpleParser(raw),
    session,
  };
}

/** An error that the server answers with, such as `550 no such user`. */
export function reply(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

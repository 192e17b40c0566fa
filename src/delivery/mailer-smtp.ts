import { readFile } from 'node:fs/promises';
import { type Socket, connect } from 'node:net';
import SMTPConnection, { type SentMessageInfo } from 'nodemailer/lib/smtp-connection';
import type { Credentials, MailRoute } from '../model/mail-route.ts';
import { FleetError } from '../model/error.ts';
import type { Delivery } from '../model/outgoing.ts';
import type { MailLimits, Outlet } from './mailer-outlet.ts';
import {
  closedError,
  delivered,
  type MailServer,
  smtpError,
  timeoutError,
  undelivered,
} from './mailer-smtp-error.ts';

type SmtpRoute = Extract<MailRoute, { kind: 'smtp' }>;

/** How long the goodbye may take: everything was settled before. */
const QUIT_MS = 2_000;
/** How long a server may then take to hang up too, before the process stops waiting for it. */
const HANG_UP_MS = 500;

/** Mails go to a server, over one connection as long as it lasts. */
export function openSmtp(route: SmtpRoute, credentials: Credentials | null, limits: MailLimits): Outlet {
  const server: MailServer = { host: route.host, port: route.port, credentials, limits };
  let session: SMTPConnection | null = null;

  async function openSession(): Promise<SMTPConnection> {
    const connection = await greetedConnection(route, server);
    connection.on('end', () => {
      if (session === connection) session = null;
    });
    return connection;
  }

  function drop(connection: SMTPConnection): void {
    connection.close();
    if (session === connection) session = null;
  }

  return {
    async deliver(envelope, compose) {
      for (;;) {
        const isReused = session !== null;
        try {
          session ??= await openSession();
        } catch (error) {
          return unreached(error);
        }
        const connection = session;
        const message = compose('windows').createReadStream();
        const { from, to } = envelope;
        let delivery: Delivery;
        try {
          const info = await exchange<SentMessageInfo>(connection, limits.mailMs, (resolve, reject) =>
            connection.send({ from, to: [...to] }, message, (error, sent) =>
              error ? reject(error) : resolve(sent),
            ),
          );
          return delivered(info, server);
        } catch (error) {
          delivery = undelivered(error, server);
        }
        if (delivery.failure?.scope === 'server') {
          drop(connection);
          // A server that takes so many mails a connection says so, or hangs up, at the next one: as long as
          // it has received nothing of that mail, a new connection is not a second try.
          if (isReused && !message.readableDidRead) continue;
          return delivery;
        }
        await exchange<boolean | undefined>(connection, limits.socketMs, (resolve, reject) =>
          connection.reset((error, done) => (error ? reject(error) : resolve(done))),
        ).catch(() => drop(connection));
        return delivery;
      }
    },

    async close() {
      const connection = session;
      if (connection === null) return;
      session = null;
      // It ends by the end of the connection, so always with an error; what was accepted stays so.
      await exchange(connection, QUIT_MS, () => connection.quit()).catch(() => connection.close());
    },
  };
}

function unreached(error: unknown): Delivery {
  if (!(error instanceof FleetError)) throw error;
  return { accepted: [], refused: [], failure: { error, scope: 'server', permanent: false } };
}

/** Connects, is greeted, has TLS as the route wants it, and is logged in. Rejects with a FleetError. */
async function greetedConnection(route: SmtpRoute, server: MailServer): Promise<SMTPConnection> {
  const { credentials, limits } = server;
  // Whoever can cut STARTTLS out of the offer would be told the password.
  const needsTls = route.tls === 'required' || (route.tls === 'opportunistic' && credentials !== null);
  const ca = route.caFile === null ? null : await readAuthority(route.caFile);
  const socket = await openSocket(route, limits.connectMs).catch((error: unknown) => {
    throw smtpError('connect', error, server);
  });
  const connection = new SMTPConnection({
    host: route.host,
    port: route.port,
    connection: socket,
    secure: route.tls === 'implicit',
    requireTLS: needsTls,
    ignoreTLS: route.tls === 'off',
    opportunisticTLS: route.tls === 'opportunistic' && !needsTls,
    connectionTimeout: limits.greetingMs,
    greetingTimeout: limits.greetingMs,
    socketTimeout: limits.socketMs,
    socketCloseTimeout: HANG_UP_MS,
    ...(ca === null ? {} : { tls: { ca } }),
  });
  // An error without a listener would end the process; each exchange has its own besides.
  connection.on('error', () => {});
  try {
    await exchange<void>(connection, limits.mailMs, (resolve, reject) =>
      connection.connect((error) => (error ? reject(error) : resolve())),
    ).catch((error: unknown) => {
      throw smtpError('greet', error, server);
    });
    if (credentials !== null) await logIn(connection, credentials, server);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

async function logIn(
  connection: SMTPConnection,
  credentials: Credentials,
  server: MailServer,
): Promise<void> {
  // nodemailer's own transports go on without a login then.
  if (!connection.allowsAuth) throw smtpError('login', null, server);
  await exchange<boolean | undefined>(connection, server.limits.mailMs, (resolve, reject) =>
    connection.login({ user: credentials.user, pass: credentials.password }, (error, done) =>
      error ? reject(error) : resolve(done),
    ),
  ).catch((error: unknown) => {
    throw smtpError('login', error, server);
  });
}

async function readAuthority(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const what = `the file ${path} with the authority of the mail server's certificate cannot be read; check mail.ca_file`;
    throw new FleetError('mail', what, { cause });
  }
}

/** nodemailer would ask the name servers before it looks at /etc/hosts, and wait for silent ones. */
function openSocket(route: SmtpRoute, limitMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // An attempt at one address of several ends after 250 ms by default, which a slow link needs for itself.
    const socket = connect({ host: route.host, port: route.port, autoSelectFamilyAttemptTimeout: 1_500 });
    const timer = setTimeout(() => fail(timeoutError()), limitMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    // It stays for the life of the socket: an error without a listener ends the process.
    socket.on('error', fail);
    socket.on('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
  });
}

/** One exchange with the server. It ends with the connection too, which nodemailer says by an event alone. */
function exchange<T>(
  connection: SMTPConnection,
  limitMs: number,
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => settle(() => reject(error));
    // A server's last words come to the callback just after this event, and say more.
    const onEnd = (): void => void setImmediate(() => onError(closedError()));
    const timer = setTimeout(() => {
      onError(timeoutError());
      connection.close();
    }, limitMs);
    function settle(done: () => void): void {
      clearTimeout(timer);
      connection.off('error', onError);
      connection.off('end', onEnd);
      done();
    }
    connection.on('error', onError);
    connection.on('end', onEnd);
    start((value) => settle(() => resolve(value)), onError);
  });
}

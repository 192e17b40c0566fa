import type { Socket } from 'node:net';
import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { openMailer } from '../../src/delivery/mailer.ts';
import { MAIL_LIMITS, type MailLimits } from '../../src/delivery/mailer-outlet.ts';
import type { MailSettings } from '../../src/model/mail-route.ts';
import { describeError } from '../../src/model/error.ts';
import type { Mailer } from '../../src/model/outgoing.ts';
import { type Certificate, makeCertificate, requireOpenssl } from '../support/certificate.ts';
import { type MailServer, type OnMail, reply, startMailServer } from '../support/mail-server.ts';
import { closedPort, startTcp } from '../transport/support/simple-server.ts';
import { ADA, BOB, failureOf, mailSettings, makeMail, smtpRoute } from './support/mails.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function mailServer(options: SMTPServerOptions = {}, onMail?: OnMail): Promise<MailServer> {
  const server = await startMailServer(options, onMail);
  cleanups.push(() => server.stop());
  return server;
}

function mailerTo(settings: MailSettings, limits: Partial<MailLimits> = {}): Mailer {
  const mailer = openMailer(settings, { ...MAIL_LIMITS, ...limits });
  cleanups.push(() => mailer.close());
  return mailer;
}

/** A server that says what `answer` says to each line, and keeps what it was told; null hangs up. */
async function lineServer(
  answer: (line: string, socket: Socket) => string | null,
): Promise<{ readonly port: number; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const server = await startTcp((socket) => {
    let rest = '';
    socket.setEncoding('utf8');
    socket.write('220 mail.example.com ESMTP\r\n');
    socket.on('data', (text: string) => {
      const parts = `${rest}${text}`.split('\r\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        lines.push(line);
        const said = answer(line, socket);
        if (said === null) socket.destroy();
        else if (said !== '') socket.write(`${said}\r\n`);
      }
    });
  });
  cleanups.push(() => server.close());
  return { port: server.port, lines };
}

/** What a mail server says to a client that does all right, without TLS; '' within a message. */
function obliging(): (line: string) => string {
  let isInMessage = false;
  return (line) => {
    if (isInMessage && line !== '.') return '';
    isInMessage = line === 'DATA';
    if (line === 'DATA') return '354 go on';
    return line.startsWith('EHLO') ? '250-mail.example.com\r\n250 AUTH PLAIN' : '250 fine';
  };
}

describe('a mailer to a mail server', () => {
  it('delivers text and HTML to every recipient, with the head that keeps robots quiet', async () => {
    const server = await mailServer();
    const mailer = mailerTo(mailSettings(smtpRoute(server.port)));
    const mail = makeMail({ headers: { 'X-Cruc-Fleet-Rack': '3' } });
    expect(await mailer.send(mail)).toEqual({ accepted: [ADA, BOB], refused: [], failure: null });

    const [received] = server.mails;
    expect(received?.from).toBe('fleet@example.com');
    expect(received?.to).toEqual(['ada@example.com', 'bob@example.com']);
    const head = received?.parsed.headers;
    expect(head?.get('auto-submitted')).toBe('auto-generated');
    expect(head?.get('x-auto-response-suppress')).toBe('All');
    expect(head?.get('x-cruc-fleet-rack')).toBe('3');
    expect(received?.parsed).toMatchObject({
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      date: new Date(mail.date),
      messageId: mail.messageId,
      from: { value: [{ name: 'cruc-fleet', address: 'fleet@example.com' }] },
    });
    expect(received?.raw.toString()).toContain('multipart/alternative');
  });

  it('sends the same bytes each time, so that a second copy is known for one', async () => {
    const server = await mailServer();
    const mail = makeMail({ subject: 'Überwachung', html: `<p>${'é'.repeat(400)}</p>` });
    for (let n = 0; n < 2; n += 1) {
      await mailerTo(mailSettings(smtpRoute(server.port))).send(JSON.parse(JSON.stringify(mail)));
    }
    expect(server.mails).toHaveLength(2);
    expect(server.mails[0]?.raw.equals(server.mails[1]?.raw ?? Buffer.alloc(0))).toBe(true);
  });

  it('keeps one connection for the mails of a run', async () => {
    const server = await mailServer();
    const mailer = mailerTo(mailSettings(smtpRoute(server.port)));
    for (const id of ['a', 'b', 'c']) await mailer.send(makeMail({ id }));
    expect(server.mails).toHaveLength(3);
    expect(server.connections()).toBe(1);
  });

  it('sends to those alone that have still to get it, and names all in the head', async () => {
    const server = await mailServer();
    const mailer = mailerTo(mailSettings(smtpRoute(server.port)));
    expect((await mailer.send(makeMail(), [BOB])).accepted).toEqual([BOB]);
    expect(server.mails[0]?.to).toEqual(['bob@example.com']);
    expect(server.mails[0]?.parsed.to).toMatchObject({
      value: [{ address: 'ada@example.com' }, { address: 'bob@example.com' }],
    });
  });

  it('refuses what is not an address, and sends to the others', async () => {
    const server = await mailServer();
    const mailer = mailerTo(mailSettings(smtpRoute(server.port)));
    const delivery = await mailer.send(makeMail({ to: ['nobody at all', ADA, 'a@b.example, c@d.example'] }));
    expect(delivery.accepted).toEqual([ADA]);
    expect(delivery.refused.map(({ to, permanent }) => [to, permanent])).toEqual([
      ['nobody at all', true],
      ['a@b.example, c@d.example', true],
    ]);
    expect(server.mails[0]?.to).toEqual(['ada@example.com']);
  });

  it('cannot send from what is not an address', async () => {
    const mailer = mailerTo(mailSettings(smtpRoute(await closedPort())));
    const { error, scope } = failureOf(await mailer.send(makeMail({ from: 'the fleet itself' })));
    expect(describeError(error)).toBe('"the fleet itself" is not an address to send from; check mail.from');
    expect(scope).toBe('server');
  });
});

const noOpenssl = requireOpenssl();
describe.skipIf(noOpenssl !== null)(`TLS${noOpenssl === null ? '' : ` (skipped: ${noOpenssl})`}`, () => {
  const password = 'Tr0ub4dor&3 ünd';
  const credentials = { user: 'ada', password };

  function certificate(names = 'IP:127.0.0.1'): Certificate {
    const made = makeCertificate(names);
    cleanups.push(() => made.remove());
    return made;
  }

  function withLogin(made: Certificate, change: SMTPServerOptions = {}): Promise<MailServer> {
    return mailServer({
      key: made.key,
      cert: made.certificate,
      onAuth(auth, _session, callback) {
        if (auth.username === 'ada' && auth.password === password) callback(null, { user: 'ada' });
        else callback(reply(535, `5.7.8 wrong: ${auth.username} ${auth.password}`));
      },
      ...change,
    });
  }

  it('is taken with STARTTLS before the login, and held against the authority given', async () => {
    const made = certificate();
    const server = await withLogin(made);
    const route = smtpRoute(server.port, { tls: 'required', caFile: made.file });
    expect((await mailerTo(mailSettings(route, { credentials })).send(makeMail())).failure).toBeNull();
    expect(server.mails[0]?.session).toMatchObject({ secure: true, user: 'ada' });
  });

  it('is there from the start with smtps', async () => {
    const made = certificate();
    const server = await withLogin(made, { secure: true });
    const route = smtpRoute(server.port, { tls: 'implicit', caFile: made.file });
    expect((await mailerTo(mailSettings(route, { credentials })).send(makeMail())).failure).toBeNull();
    expect(server.mails[0]?.session).toMatchObject({ secure: true, user: 'ada' });
  });

  it('is taken where it is offered, and not missed where it is not and there is no password', async () => {
    const made = certificate();
    const offering = await withLogin(made, { authOptional: true });
    const plain = await mailServer();
    for (const server of [offering, plain]) {
      const route = smtpRoute(server.port, { caFile: made.file });
      expect((await mailerTo(mailSettings(route)).send(makeMail())).failure).toBeNull();
    }
    expect(offering.mails[0]?.session.secure).toBe(true);
    expect(plain.mails[0]?.session.secure).toBe(false);
  });

  it('is left out where it is off', async () => {
    const server = await withLogin(certificate(), { authOptional: true });
    await mailerTo(mailSettings(smtpRoute(server.port, { tls: 'off' }))).send(makeMail());
    expect(server.mails[0]?.session.secure).toBe(false);
  });

  it.each(['required', 'implicit'] as const)(
    'ends with a certificate that nobody vouches for (%s)',
    async (tls) => {
      const server = await withLogin(certificate(), { secure: tls === 'implicit' });
      const mailer = mailerTo(mailSettings(smtpRoute(server.port, { tls }), { credentials }));
      const { error, scope, permanent } = failureOf(await mailer.send(makeMail()));
      // Node 24 adds advice of its own.
      expect(describeError(error).replace(/; if the root CA is installed locally, .*$/, '')).toBe(
        `the certificate of the mail server 127.0.0.1:${server.port} cannot be trusted; check its name and date, and give the authority that signed it in mail.ca_file: self-signed certificate`,
      );
      expect({ scope, permanent }).toEqual({ scope: 'server', permanent: false });
      expect(server.mails).toEqual([]);
    },
  );

  it('ends with a certificate for another name', async () => {
    const made = certificate('DNS:other.example');
    const server = await withLogin(made);
    const route = smtpRoute(server.port, { tls: 'required', caFile: made.file });
    const { error } = failureOf(await mailerTo(mailSettings(route, { credentials })).send(makeMail()));
    expect(describeError(error)).toMatch(/cannot be trusted; .*127\.0\.0\.1 is not in the cert/);
  });

  it('says that there is none where smtps meets a server that begins in clear', async () => {
    const server = await mailServer();
    const mailer = mailerTo(mailSettings(smtpRoute(server.port, { tls: 'implicit' })));
    const { error } = failureOf(await mailer.send(makeMail()));
    expect(describeError(error)).toContain(
      `there is no TLS with the mail server 127.0.0.1:${server.port}; check that mail.smtp says smtps:// only`,
    );
  });

  it('waits no longer than its limit where smtp meets a server that begins with TLS', async () => {
    const server = await withLogin(certificate(), { secure: true });
    const mailer = mailerTo(mailSettings(smtpRoute(server.port)), { greetingMs: 200 });
    const { error } = failureOf(await mailer.send(makeMail()));
    expect(describeError(error)).toBe(
      `the mail server 127.0.0.1:${server.port} accepted the connection and was not ready after 200 ms; check that it is a mail server, and that mail.smtp says smtps:// if it begins with TLS`,
    );
  });

  it('says which file with an authority cannot be read', async () => {
    const route = smtpRoute(await closedPort(), { caFile: '/nonexistent/ca.pem' });
    const { error } = failureOf(await mailerTo(mailSettings(route)).send(makeMail()));
    expect(describeError(error)).toMatch(/^the file \/nonexistent\/ca\.pem .* check mail\.ca_file: ENOENT/);
  });

  it('refuses a wrong password without showing it, even where the server says it back', async () => {
    const made = certificate();
    const wrong = 'Correct horse ünd "battery"';
    const server = await withLogin(made);
    const settings = mailSettings(smtpRoute(server.port, { tls: 'required', caFile: made.file }), {
      credentials: { user: 'ada', password: wrong },
    });
    const { error, scope } = failureOf(await mailerTo(settings).send(makeMail()));
    expect(describeError(error)).toBe(
      `the mail server 127.0.0.1:${server.port} refused the user ada: 535 5.7.8 wrong: ada ***; check mail.user and the password file`,
    );
    expect(scope).toBe('server');
  });
});

describe('a password', () => {
  const credentials = { user: 'ada', password: 'opensesame' };
  const forms = ['opensesame', '\0ada\0opensesame'].flatMap((each) => [
    each,
    Buffer.from(each).toString('base64'),
    Buffer.from(each).toString('base64').replace(/=+$/, ''),
  ]);

  it.each(['required', 'opportunistic'] as const)(
    'is not sent to a server that offers no TLS (%s)',
    async (tls) => {
      const server = await lineServer((line) =>
        line === 'STARTTLS' ? '502 what is that' : obliging()(line),
      );
      const settings = mailSettings(smtpRoute(server.port, { tls }), { credentials });
      const { error, scope } = failureOf(await mailerTo(settings).send(makeMail()));
      expect(describeError(error)).toBe(
        `the mail server 127.0.0.1:${server.port} does not switch to TLS, so nothing was sent to it: 502 what is that; check mail.smtp`,
      );
      expect(scope).toBe('server');
      expect(server.lines.map((line) => line.split(' ')[0])).toEqual(['EHLO', 'STARTTLS']);
    },
  );

  it('is in no message, whatever a server says back', async () => {
    const seen: string[] = [];
    for (const form of forms) {
      const answers: readonly ((line: string) => string | null)[] = [
        (line) => (line.startsWith('AUTH') ? `535 ${form} ${line}` : null),
        (line) => (line.startsWith('AUTH') ? `454-${form}\r\n454 ${line}` : null),
        (line) => (line.startsWith('MAIL') ? `550 ${form}` : null),
        (line) => (line.startsWith('RCPT') ? `550 ${form}` : null),
        (line) => (line === '.' ? `552 ${form}` : null),
      ];
      for (const answer of answers) {
        const otherwise = obliging();
        const server = await lineServer((line) => {
          const usual = otherwise(line);
          return answer(line) ?? usual;
        });
        const settings = mailSettings(smtpRoute(server.port, { tls: 'off' }), { credentials });
        const delivery = await mailerTo(settings).send(makeMail());
        expect(delivery.accepted).toEqual([]);
        const { failure, refused } = delivery;
        seen.push(
          failure === null
            ? JSON.stringify(refused)
            : `${describeError(failure.error)} ${failure.error.stack}`,
        );
        expect(server.lines.some((line) => forms.some((each) => line.includes(each)))).toBe(true);
      }
    }
    expect(seen).toHaveLength(forms.length * 5);
    for (const text of seen) {
      expect(text).toContain('***');
      for (const form of forms) expect(text).not.toContain(form);
    }
  });

  it('is not of use to a server that offers no login', async () => {
    const server = await mailServer();
    const settings = mailSettings(smtpRoute(server.port, { tls: 'off' }), { credentials });
    const { error } = failureOf(await mailerTo(settings).send(makeMail()));
    expect(describeError(error)).toBe(
      `the mail server 127.0.0.1:${server.port} offers no login; leave mail.user out, or check mail.smtp`,
    );
  });
});

describe('a mail server that refuses', () => {
  it('the connection, is left for this run', async () => {
    const server = await mailServer({
      onConnect: (_session, callback) => callback(reply(554, 'no mail from you')),
    });
    const { error, scope, permanent } = failureOf(
      await mailerTo(mailSettings(smtpRoute(server.port))).send(makeMail()),
    );
    expect(describeError(error)).toContain(
      `the mail server 127.0.0.1:${server.port} refused the session: 554 `,
    );
    expect({ scope, permanent }).toEqual({ scope: 'server', permanent: false });
  });

  it('one of two recipients, has the mail for the other', async () => {
    const server = await mailServer({
      onRcptTo: (address, _session, callback) =>
        callback(address.address === 'bob@example.com' ? reply(550, '5.1.1 no such user') : null),
    });
    const mailer = mailerTo(mailSettings(smtpRoute(server.port)));
    expect(await mailer.send(makeMail())).toEqual({
      accepted: [ADA],
      refused: [{ to: BOB, why: '550 5.1.1 no such user', permanent: true }],
      failure: null,
    });
    expect(server.mails[0]?.to).toEqual(['ada@example.com']);
  });

  it('every recipient, has given an answer for each, and takes the next mail', async () => {
    const server = await mailServer({
      onRcptTo: (address, _session, callback) => {
        if (address.address === 'ada@example.com') callback(reply(450, 'greylisted, come back'));
        else callback(address.address === 'bob@example.com' ? reply(550, 'no such user') : null);
      },
    });
    const mailer = mailerTo(mailSettings(smtpRoute(server.port)));
    expect(await mailer.send(makeMail())).toEqual({
      accepted: [],
      refused: [
        { to: ADA, why: '450 greylisted, come back', permanent: false },
        { to: BOB, why: '550 no such user', permanent: true },
      ],
      failure: null,
    });
    expect((await mailer.send(makeMail({ to: ['eve@example.com'] }))).accepted).toEqual(['eve@example.com']);
    expect(server.connections()).toBe(1);
  });

  it.each([
    { answer: reply(552, 'too big'), permanent: true },
    { answer: reply(451, 'try later'), permanent: false },
  ])('a mail with $answer.responseCode, takes the next one', async ({ answer, permanent }) => {
    const server = await mailServer({}, ({ parsed }) => {
      if (parsed.subject === 'refused') throw answer;
    });
    const mailer = mailerTo(mailSettings(smtpRoute(server.port)));
    const failure = failureOf(await mailer.send(makeMail({ subject: 'refused' })));
    expect(describeError(failure.error)).toContain(
      `the mail server 127.0.0.1:${server.port} refused the mail: ${'responseCode' in answer ? String(answer.responseCode) : ''} ${answer.message}`,
    );
    expect(failure).toMatchObject({ scope: 'mail', permanent });
    expect((await mailer.send(makeMail())).failure).toBeNull();
    expect(server.connections()).toBe(1);
  });

  it('the sender, would refuse each mail', async () => {
    const server = await mailServer({
      onMailFrom: (_address, _session, callback) => callback(reply(553, 'not your address')),
    });
    const { error, scope, permanent } = failureOf(
      await mailerTo(mailSettings(smtpRoute(server.port))).send(makeMail()),
    );
    expect(describeError(error)).toBe(
      `the mail server 127.0.0.1:${server.port} refused the sender: 553 not your address; check mail.from, and mail.user if it requires a login`,
    );
    expect({ scope, permanent }).toEqual({ scope: 'server', permanent: false });
  });

  it('a second mail on one connection, gets it on a new one', async () => {
    const server = await mailServer({
      onMailFrom: (_address, session, callback) =>
        callback(session.transaction > 1 ? reply(421, 'one mail a connection') : null),
    });
    const mailer = mailerTo(mailSettings(smtpRoute(server.port)));
    for (const id of ['a', 'b', 'c']) expect((await mailer.send(makeMail({ id }))).failure).toBeNull();
    expect(server.mails).toHaveLength(3);
    expect(server.connections()).toBe(3);
  });
});

describe('a mail server that breaks off', () => {
  it('after the mail and before its answer, has not taken it', async () => {
    const server = await mailServer({}, (_mail, self) => self.cut());
    const { error, scope, permanent } = failureOf(
      await mailerTo(mailSettings(smtpRoute(server.port))).send(makeMail()),
    );
    expect(describeError(error)).toBe(
      `the mail server 127.0.0.1:${server.port} closed the connection before it had accepted the mail; look into its log`,
    );
    expect({ scope, permanent }).toEqual({ scope: 'server', permanent: false });
  });

  it('with a last word, is heard', async () => {
    const answer = obliging();
    const server = await lineServer((line) =>
      line.includes('bob@example.com') ? '421 shutting down' : answer(line),
    );
    const { error, scope } = failureOf(await mailerTo(mailSettings(smtpRoute(server.port))).send(makeMail()));
    expect(describeError(error)).toBe(
      `the mail server 127.0.0.1:${server.port} refused the mail: 421 shutting down; look into its log`,
    );
    expect(scope).toBe('server');
  });

  it('at the goodbye, has taken the mail', async () => {
    const answer = obliging();
    const server = await lineServer((line) => (line === 'QUIT' ? null : answer(line)));
    const mailer = mailerTo(mailSettings(smtpRoute(server.port)));
    expect((await mailer.send(makeMail())).accepted).toEqual([ADA, BOB]);
    await mailer.close();
    expect(server.lines.at(-1)).toBe('QUIT');
  });

  it('between two mails, gets the second on a new connection', async () => {
    const server = await mailServer();
    const mailer = mailerTo(mailSettings(smtpRoute(server.port)));
    await mailer.send(makeMail());
    server.cut();
    expect((await mailer.send(makeMail())).failure).toBeNull();
    expect(server.connections()).toBe(2);
  });

  it('at once, is left for this run', async () => {
    const server = await startTcp((socket) => socket.destroy());
    cleanups.push(() => server.close());
    const { error, scope } = failureOf(await mailerTo(mailSettings(smtpRoute(server.port))).send(makeMail()));
    expect(describeError(error)).toContain(
      `the mail server 127.0.0.1:${server.port} closed the connection before it was ready; check that it takes mail from this machine`,
    );
    expect(scope).toBe('server');
  });
});

describe('a mail server that is silent', () => {
  it.each([
    { until: 'EHLO', says: 'accepted the connection and was not ready after 200 ms' },
    { until: 'MAIL', says: 'had not accepted the mail after 200 ms' },
    { until: '.', says: 'had not accepted the mail after 200 ms' },
  ])('at $until is waited for no longer than the limit', async ({ until, says }) => {
    const answer = obliging();
    const server = await lineServer((line) => (line.startsWith(until) ? '' : answer(line)));
    const mailer = mailerTo(mailSettings(smtpRoute(server.port)), { socketMs: 200 });
    const { error, scope } = failureOf(await mailer.send(makeMail()));
    expect(describeError(error)).toContain(`the mail server 127.0.0.1:${server.port} ${says}; `);
    expect(scope).toBe('server');
  });

  it('from the start is waited for no longer than the limit', async () => {
    const server = await startTcp(() => {});
    cleanups.push(() => server.close());
    const mailer = mailerTo(mailSettings(smtpRoute(server.port)), { greetingMs: 200 });
    expect(describeError(failureOf(await mailer.send(makeMail())).error)).toContain('not ready after 200 ms');
  });

  it('or talks without end is not waited for', async () => {
    const answer = obliging();
    const server = await lineServer((line, socket) => {
      if (line !== '.') return answer(line);
      const timer = setInterval(() => socket.write('250-still at it\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
      return '';
    });
    const mailer = mailerTo(mailSettings(smtpRoute(server.port)), { mailMs: 300 });
    expect(describeError(failureOf(await mailer.send(makeMail())).error)).toContain(
      'had not accepted the mail after 300 ms',
    );
  });
});

describe('a mail server that is not there', () => {
  it('is named with what to check', async () => {
    const port = await closedPort();
    const { error, scope, permanent } = failureOf(
      await mailerTo(mailSettings(smtpRoute(port))).send(makeMail()),
    );
    expect(describeError(error)).toBe(
      `the mail server 127.0.0.1:${port} refused the connection; check mail.smtp: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
    expect(error.code).toBe('mail');
    expect({ scope, permanent }).toEqual({ scope: 'server', permanent: false });
  });

  it('may have a name that is none', async () => {
    const route = smtpRoute(25, { host: 'mail..example' });
    const { error } = failureOf(await mailerTo(mailSettings(route)).send(makeMail()));
    expect(describeError(error)).toContain(
      'the name mail..example of the mail server is not known; check mail.smtp',
    );
  });
});

import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterAll, describe, expect, it } from 'vitest';
import { openMailer } from '../../src/delivery/mailer.ts';
import { MAIL_LIMITS } from '../../src/delivery/mailer-outlet.ts';
import { describeError } from '../../src/model/error.ts';
import type { Mailer } from '../../src/model/outgoing.ts';
import { ADA, BOB, failureOf, mailSettings, makeMail } from './support/mails.ts';

const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-sendmail-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\ncd ${folder}\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

function mailerThrough(path: string, mailMs = MAIL_LIMITS.mailMs): Mailer {
  return openMailer(mailSettings({ kind: 'sendmail', path }), { ...MAIL_LIMITS, mailMs });
}

const big = makeMail({ text: 'a line of text\n'.repeat(100_000) });

describe('a mailer through a sendmail program', () => {
  it('hands over sender, recipients and the message, with the line ends of a program', async () => {
    const path = program('keeps', 'printf "%s\\n" "$@" > arguments; cat > message');
    const mail = makeMail({ to: [ADA, BOB, 'root'], text: '.\na lone dot above\n' });
    expect(await mailerThrough(path).send(mail)).toEqual({
      accepted: [ADA, BOB, 'root'],
      refused: [],
      failure: null,
    });
    expect(readFileSync(join(folder, 'arguments'), 'utf8').trim().split('\n')).toEqual([
      '-i',
      '-f',
      'fleet@example.com',
      '--',
      'ada@example.com',
      'bob@example.com',
      'root',
    ]);
    const message = readFileSync(join(folder, 'message'));
    expect(message.includes('\r')).toBe(false);
    expect(await simpleParser(message)).toMatchObject({
      subject: mail.subject,
      text: mail.text,
      messageId: mail.messageId,
    });
  });

  it('hands over a big message whole', async () => {
    const path = program('keeps-big', 'cat > big');
    expect((await mailerThrough(path).send(big)).failure).toBeNull();
    expect((await simpleParser(readFileSync(join(folder, 'big')))).text).toBe(big.text);
  });

  it('may be given to a program that goes on in the background', async () => {
    const path = program('forks', 'cat > forked; sleep 30 & echo "$!" > background; exit 0');
    expect((await mailerThrough(path).send(makeMail())).failure).toBeNull();
    process.kill(Number(readFileSync(join(folder, 'background'), 'utf8')));
  });

  it('says what a program said that failed', async () => {
    const path = program('fails', 'cat > /dev/null; echo "queue full:"; echo "no space left" >&2; exit 75');
    const { error, scope, permanent } = failureOf(await mailerThrough(path).send(makeMail()));
    expect(describeError(error)).toBe(
      `the program ${path} ended with status 75, saying "queue full: no space left"; check mail.sendmail and the log of the mail system`,
    );
    expect({ scope, permanent }).toEqual({ scope: 'server', permanent: false });
  });

  it('knows the statuses that are about one mail', async () => {
    const failure = failureOf(await mailerThrough(program('no-user', 'exit 67')).send(makeMail()));
    expect(failure).toMatchObject({ scope: 'mail', permanent: false });
  });

  it('says which program is not there', async () => {
    const path = join(folder, 'nothing');
    const { error, scope } = failureOf(await mailerThrough(path).send(makeMail()));
    expect(describeError(error)).toBe(
      `the program ${path} cannot be started; check mail.sendmail: spawn ${path} ENOENT`,
    );
    expect(scope).toBe('server');
  });

  it('ends a program that hangs, with what it started', async () => {
    const path = program('hangs', 'echo "asking the name server"; sh -c \'echo $$ > child; exec sleep 600\'');
    const { error, scope } = failureOf(await mailerThrough(path, 500).send(makeMail()));
    expect(describeError(error)).toBe(
      `the program ${path} had not taken the mail after 500 ms and was ended, saying "asking the name server"; try it by hand`,
    );
    expect(scope).toBe('server');
    const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
    await expect.poll(() => existsSync(`/proc/${child}/stat`) && !isZombie(child)).toBe(false);
  });

  it('ends a program that does not want to end', async () => {
    const path = program('stubborn', "trap '' TERM; while :; do sleep 1; done");
    const { error } = failureOf(await mailerThrough(path, 300).send(makeMail()));
    expect(describeError(error)).toContain('had not taken the mail after 300 ms and was ended');
  });

  it.each([
    ['a small mail', makeMail()],
    ['a big mail', big],
  ])('does not believe a program that read nothing of %s', async (_size, mail) => {
    const path = program('reads-nothing', 'exit 0');
    const { error } = failureOf(await mailerThrough(path).send(mail));
    expect(describeError(error)).toBe(
      `the program ${path} ended with status 0 before it had read the whole mail; check that it is a sendmail`,
    );
  });

  it('does not believe a program that read half of a big mail', async () => {
    const path = program('reads-half', 'dd bs=1024 count=100 of=half 2>/dev/null');
    const { error } = failureOf(await mailerThrough(path).send(big));
    expect(describeError(error)).toContain('before it had read the whole mail');
  });

  it('says by what a program was ended', async () => {
    const path = program('dies', 'kill -KILL $$');
    const { error } = failureOf(await mailerThrough(path).send(makeMail()));
    expect(describeError(error)).toContain(`the program ${path} was ended by SIGKILL; `);
  });
});

/** Ended, and not yet waited for by whoever inherited it. */
function isZombie(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

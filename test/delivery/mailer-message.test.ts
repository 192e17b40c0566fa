import fc from 'fast-check';
import { type ParsedMail, simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../support/any-character.ts';
import { composeMessage, mailAddress } from '../../src/delivery/mailer-message.ts';
import type { OutgoingMail } from '../../src/model/outgoing.ts';
import { makeMail } from './support/mails.ts';
import { runs } from '../support/sized.ts';

const from = { name: 'cruc-fleet', address: 'fleet@example.com' };
const to = [{ name: 'Ada', address: 'ada@example.com' }];

function build(mail: OutgoingMail): Promise<Buffer> {
  return composeMessage(mail, from, to, 'windows').build();
}

async function parsed(mail: OutgoingMail): Promise<ParsedMail> {
  return await simpleParser(await build(mail));
}

/** Names of the lines of the head, as they stand. */
function names(message: Buffer): readonly string[] {
  const head = message.toString().split('\r\n\r\n', 1)[0] ?? '';
  return head
    .split('\r\n')
    .filter((line) => !/^[ \t]/.test(line))
    .map((line) => line.slice(0, line.indexOf(':')));
}

describe('the message of a mail', () => {
  it('belongs to its thread', async () => {
    const mail = makeMail({
      messageId: 'three@fleet.example',
      inReplyTo: '<two@fleet.example>',
      references: ['<one@fleet.example>', 'two@fleet.example'],
    });
    expect(await parsed(mail)).toMatchObject({
      messageId: '<three@fleet.example>',
      inReplyTo: '<two@fleet.example>',
      references: ['<one@fleet.example>', '<two@fleet.example>'],
    });
    const first = await build(makeMail());
    expect(names(first)).not.toContain('In-Reply-To');
    expect(names(first)).not.toContain('References');
  });

  it('may be plain text alone', async () => {
    const { html, text, headers } = await parsed(makeMail({ html: null, text: 'all is well\n' }));
    expect(html).toBe(false);
    expect(text).toBe('all is well\n');
    expect(headers.get('content-type')).toMatchObject({ value: 'text/plain' });
  });

  it('keeps letters beyond ASCII in subject, text and HTML', async () => {
    const mail = makeMail({
      subject: 'Gestell 3: zwei Platten gestört – 29/32 ✓ 日本',
      text: 'Übersicht ✓\n',
      html: '<p>日本</p>\n',
    });
    expect(await parsed(mail)).toMatchObject({ subject: mail.subject, text: mail.text, html: mail.html });
    expect((await build(mail)).every((byte) => byte < 0x80)).toBe(true);
  });

  it('has no line that a mail server could cut, however long text and HTML are', async () => {
    const mail = makeMail({
      text: 'x'.repeat(5_000),
      html: `<p>${'y'.repeat(5_000)}</p>`,
      references: Array.from({ length: 60 }, (_, n) => `<${n}@fleet.example>`),
    });
    const lines = (await build(mail)).toString().split('\r\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(999);
    expect((await parsed(mail)).references).toHaveLength(60);
  });

  it('takes no text for the name of a file or of a page', async () => {
    const mail = makeMail({ text: '/etc/passwd', html: 'https://example.com/' });
    expect(await parsed(mail)).toMatchObject({ text: '/etc/passwd', html: 'https://example.com/' });
  });

  it('writes X- and List- lines alone beside its own', async () => {
    const headers = {
      'X-Rack': '3',
      'List-Id': '<fleet.example>',
      Bcc: 'eve@example.com',
      'X-Auto-Response-Suppress': 'None',
    };
    const message = await build(makeMail({ headers }));
    expect(names(message)).toEqual(expect.arrayContaining(['X-Rack', 'List-ID']));
    expect(names(message)).not.toContain('Bcc');
    expect((await simpleParser(message)).headers.get('x-auto-response-suppress')).toBe('All');
  });

  it('has the lines that it should and no other, whatever texts are in it, and the same each time', async () => {
    const usual = names(
      await build(makeMail({ inReplyTo: 'a@b', references: ['a@b'], headers: { 'X-A': 'b' } })),
    );
    const text = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 300 }),
      fc
        .array(
          fc.constantFrom(
            '\r\n',
            '\n',
            '\r',
            '\0',
            'Bcc: eve@example.com',
            ' ',
            '\t',
            '\u2028',
            '\r\n\r\n',
            '\ud800',
            'é',
          ),
        )
        .map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(text, text, text, text, async (subject, id, value, body) => {
        const mail = makeMail({
          subject: `s${subject}`,
          messageId: `m${id}@fleet.example`,
          inReplyTo: `i${id}@fleet.example`,
          references: [`r${id}@fleet.example`, `q${value}@fleet.example`],
          headers: { 'X-A': `v${value}`, [`X-B\r\n${value}`]: 'never' },
          text: `t${body}`,
          html: `<p>${body}</p>`,
        });
        const message = await build(mail);
        expect(names(message)).toEqual(usual);
        expect((await build(mail)).equals(message)).toBe(true);
        const { headers, bcc } = await simpleParser(message);
        expect(bcc).toBeUndefined();
        expect(headers.get('subject')).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(headers.get('x-a')).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }),
      runs(6, 3000),
    );
  });
});

describe('an address', () => {
  it.each([
    ['ada@example.com', { name: '', address: 'ada@example.com' }],
    ['Ada Lovelace <ada@example.com>', { name: 'Ada Lovelace', address: 'ada@example.com' }],
    ['"Lovelace, Ada" <ada@example.com>', { name: 'Lovelace, Ada', address: 'ada@example.com' }],
    ['ada@bücher.example', { name: '', address: 'ada@xn--bcher-kva.example' }],
    ['root', { name: '', address: 'root' }],
    ['', null],
    ['the whole team', null],
    ['ada@example.com, bob@example.com', null],
    ['team: ada@example.com;', null],
    ['Ada <ada@example.com>\r\nBcc: eve@example.com', null],
  ])('is read from %j', (text, address) => {
    expect(mailAddress(text)).toEqual(address);
  });

  it('never brings a line break or angle bracket to the server', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        expect(mailAddress(text)?.address ?? '').not.toMatch(/[\p{Cc}<>]/u);
      }),
    );
  });
});

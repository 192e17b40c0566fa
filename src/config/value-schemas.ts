import { z } from 'zod';
import { parseDuration } from '../model/duration.ts';
import { parseHost } from '../yaml/host.ts';
import type { Threshold } from '../alert/threshold.ts';
import { isPath } from '../yaml/file-path.ts';
import { text } from '../yaml/text-schema.ts';

// A message of these schemas says what is allowed, and nothing else: the reader adds what was found, and where.

const MOST_MS = 366 * 86_400_000;
const DURATION = 'a duration up to 366d, such as 30s, 5m or 4h';
const SENDMAIL = '/usr/sbin/sendmail';

export const duration = text(DURATION, readDuration);
export const durationAboveZero = text(`${DURATION}, above 0`, aboveZero);
export const durationOrNever = text(`${DURATION}, above 0, or never`, (t) =>
  t === 'never' ? null : aboveZero(t),
);

/** Milliseconds like the others, and whole seconds: the scripts on a sled count in them. */
export const window = text('whole seconds from 1s to 3600s, such as 3s', (t) => {
  const ms = parseDuration(t) ?? 0;
  return ms >= 1000 && ms <= 3_600_000 && ms % 1000 === 0 ? ms : undefined;
});

export const lockWait = text('a duration up to 1h, such as 30s', (t) => {
  const ms = parseDuration(t);
  return ms !== null && ms <= 3_600_000 ? ms : undefined;
});

export const onOrOff = text('on or off', (t) => ({ on: true, true: true, off: false, false: false })[t]);

/** One of some words. */
export function oneOf<const T extends string>(words: readonly T[]): z.ZodType<T> {
  const last = words.at(-1) ?? '';
  return text([words.slice(0, -1).join(', '), last].filter((part) => part !== '').join(' or '), (t) =>
    words.find((word) => word === t),
  );
}

/** Of a number that a rule compares with. */
export function threshold({ kind }: Pick<Threshold, 'kind'>): z.ZodType<number> {
  switch (kind) {
    case 'duration':
      return durationAboveZero;
    case 'count':
      return text('a whole number from 1 to 1000000', (t) => {
        const n = /^\d{1,7}$/.test(t) ? Number(t) : 0;
        return n >= 1 && n <= 1_000_000 ? n : undefined;
      });
    case 'share':
      return text('a share from 0 to 1 such as 0.9, or 90%', readShare);
  }
}

export const path = text('a path', (t) => (isFilePath(t) ? t : undefined));

export const pathOrNone = text('a path, or none', (t) => {
  if (t === 'none') return null;
  return isFilePath(t) ? t : undefined;
});

export const textfilePath = text(
  'a path that ends in .prom, since node_exporter reads no other, or off',
  (t) => {
    if (t === 'off') return null;
    return isFilePath(t) && t.endsWith('.prom') ? t : undefined;
  },
);

export const sendmailPath = text(`the path of a sendmail program, true for ${SENDMAIL}, or off`, (t) => {
  if (t === 'off' || t === 'false') return null;
  if (t === 'true') return SENDMAIL;
  return isFilePath(t) ? t : undefined;
});

export const userOrNone = text('a login name on one line, or none', (t) => {
  if (t === 'none') return null;
  return /\p{Cc}|:\/\//u.test(t) ? undefined : t;
});

/** A label's name in Prometheus: https://prometheus.io/docs/concepts/data_model/ */
export const labelName = text('a label such as zone: letters, digits and "_"', (t) =>
  /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(t) ? t : undefined,
);

const emailAddress = z.email({ pattern: z.regexes.html5Email });

/** `ada@example.com` or `Ada <ada@example.com>`, as a header of a mail takes it: never with a line break. */
export const mailAddress = text('a mail address such as ada@example.com or Ada <ada@example.com>', (t) => {
  const named = /^(?:"[^"\\\p{C}\p{Zl}\p{Zp}]*" *|[^"<>()[\]\\@,:;\p{C}\p{Zl}\p{Zp}]*)<([^<>]*)>$/u.exec(t);
  const address = named?.[1] ?? t;
  return address.length <= 254 && emailAddress.safeParse(address).success ? t : undefined;
});

/** Minutes after midnight; null is never. */
export const timeOfDay = text("a time of day such as '08:00', or off", (t) => {
  if (t === 'off') return null;
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(t);
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
});

export interface SmtpServer {
  /** TLS from the first byte: `smtps://`. */
  readonly isImplicitTls: boolean;
  readonly host: string;
  /** Null where none is given. */
  readonly port: number | null;
}

export const smtpServer: z.ZodType<SmtpServer | null> = text(
  'smtp://HOST[:PORT], smtps://HOST[:PORT] or off; a user and a password do not belong in it but in mail.user ' +
    '(or $CRUC_FLEET_SMTP_USER) and mail.password_file (or $CRUC_FLEET_SMTP_PASSWORD)',
  (t) => {
    if (t === 'off') return null;
    const match = /^(smtps?):\/\/(\[[^\]]*\]|[^:[\]]*)(?::(\d{1,5}))?\/?$/i.exec(t);
    const host = parseHost(match?.[2] ?? '');
    const port = match?.[3] === undefined ? null : Number(match[3]);
    if (match === null || host === null || port === 0 || (port ?? 1) > 65_535) return undefined;
    return { isImplicitTls: match[1]?.toLowerCase() === 'smtps', host, port };
  },
);

const HTTP_URL = 'a URL that starts with http:// or https://, or off';

export const httpUrl = text(HTTP_URL, (t) => {
  if (t === 'off') return null;
  return readHttpUrl(t) === null ? undefined : t;
});

/** The URL of an Alertmanager, or of what takes the same: the path is its API's where none is given. */
export const alertsUrl = text(HTTP_URL, (t) => {
  if (t === 'off') return null;
  const url = readHttpUrl(t);
  if (url === null) return undefined;
  if (url.pathname !== '/') return t;
  url.pathname = '/api/v2/alerts';
  return url.href;
});

/** A URL is none, and may have a password in it, which must not be shown as a part of a path. */
function isFilePath(t: string): boolean {
  return isPath(t) && !t.includes('://');
}

function readDuration(t: string): number | undefined {
  const ms = parseDuration(t);
  return ms !== null && ms <= MOST_MS ? ms : undefined;
}

function aboveZero(t: string): number | undefined {
  const ms = readDuration(t);
  return ms === 0 ? undefined : ms;
}

function readShare(t: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,6})?%?$/.test(t)) return undefined;
  const share = t.endsWith('%') ? Number(t.slice(0, -1)) / 100 : Number(t);
  return share <= 1 ? share : undefined;
}

function readHttpUrl(t: string): URL | null {
  // URL would drop line breaks and blanks without a word.
  if (!/^https?:\/\//i.test(t) || /[\s\p{Cc}]/u.test(t) || !URL.canParse(t)) return null;
  return new URL(t);
}

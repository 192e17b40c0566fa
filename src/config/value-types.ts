import { boundsText, LONGEST_MS, type Threshold } from '../alert/threshold.ts';
import { parseDuration } from '../model/duration.ts';
import { isPath } from '../yaml/file-path.ts';
import { parseHost } from '../yaml/host.ts';

/** What a text of the configuration may be. */
export interface ValueType<T> {
  /** In words: `a whole number from 1 to 1000`. */
  readonly allowed: string;
  /** Undefined where the text does not fit; an empty one never does. A duration is in milliseconds. */
  readonly parse: (text: string) => T | undefined;
  /** A `url` may hold a password, and so one that does not fit is not told; of a `secret_url` the path is secret too. */
  readonly kind: 'text' | 'duration' | 'path' | 'url' | 'secret_url';
}

const DURATION = 'a duration up to 366d, such as 30s, 5m or 4h';
const SENDMAIL = '/usr/sbin/sendmail';

export const duration = ofKind('duration', DURATION, readDuration);
export const durationAboveZero = ofKind('duration', `${DURATION}, above 0`, aboveZero);
export const durationOrNever = ofKind('duration', `${DURATION}, above 0, or never`, (t) =>
  t === 'never' ? null : aboveZero(t),
);

/** Milliseconds like the others, and whole seconds: the scripts on a sled count in them. */
export const window = ofKind('duration', 'whole seconds from 1s to 3600s, such as 3s', (t) => {
  const ms = parseDuration(t) ?? 0;
  return ms >= 1000 && ms <= 3_600_000 && ms % 1000 === 0 ? ms : undefined;
});

export const lockWait = ofKind('duration', 'a duration up to 1h, such as 30s', (t) => {
  const ms = parseDuration(t);
  return ms !== null && ms <= 3_600_000 ? ms : undefined;
});

export const onOrOff = text('on or off', (t) => ({ on: true, true: true, off: false, false: false })[t]);

export const trueOrFalse = text('true or false', (t) => ({ true: true, false: false })[t]);

/** A whole number with both of its bounds allowed. */
export function whole(from: number, to: number): ValueType<number> {
  const digits = Math.max(6, String(to).length);
  return text(`a whole number from ${from} to ${to}`, (t) => {
    const n = /^\d+$/.test(t) && t.length <= digits ? Number(t) : Number.NaN;
    return n >= from && n <= to ? n : undefined;
  });
}

/** One of some words. */
export function oneOf<const T extends string>(words: readonly T[]): ValueType<T> {
  const last = words.at(-1) ?? '';
  return text([words.slice(0, -1).join(', '), last].filter((part) => part !== '').join(' or '), (t) =>
    words.find((word) => word === t),
  );
}

/** Of a number that a rule compares with. */
export function threshold({ kind, from, to }: Omit<Threshold, 'default' | 'help'>): ValueType<number> {
  switch (kind) {
    case 'duration': {
      if (from === 1 && to === LONGEST_MS) return durationAboveZero;
      return ofKind('duration', boundsText({ kind, from, to }), (t) => {
        const ms = parseDuration(t);
        return ms !== null && ms >= from && ms <= to ? ms : undefined;
      });
    }
    case 'count':
      return whole(from, to);
    case 'share':
      return text(`${boundsText({ kind, from, to })} such as 0.9, or 90%`, (t) => {
        const share = readShare(t);
        return share !== undefined && share >= from && share <= to ? share : undefined;
      });
  }
}

export const path = ofKind('path', 'a path', (t) => (isFilePath(t) ? t : undefined));

export const pathOrNone = ofKind('path', 'a path, or none', (t) => {
  if (t === 'none') return null;
  return isFilePath(t) ? t : undefined;
});

/** `true` is beside the state file, null is nowhere. */
export const historyPath = ofKind(
  'path',
  'a path, beside (the state file), or off',
  (t): string | true | null | undefined => {
    if (t === 'off' || t === 'false') return null;
    if (t === 'beside' || t === 'on' || t === 'true') return true;
    return isFilePath(t) ? t : undefined;
  },
);

export const textfilePath = ofKind(
  'path',
  'a path that ends in .prom, since node_exporter reads no other, or off',
  (t) => {
    if (t === 'off') return null;
    return isFilePath(t) && t.endsWith('.prom') ? t : undefined;
  },
);

export const sendmailPath = ofKind(
  'path',
  `the path of a sendmail program, true for ${SENDMAIL}, or off`,
  (t) => {
    if (t === 'off' || t === 'false') return null;
    if (t === 'true') return SENDMAIL;
    return isFilePath(t) ? t : undefined;
  },
);

export const userOrNone = text('a login name on one line, or none', (t) => {
  if (t === 'none') return null;
  return /\p{Cc}|:\/\//u.test(t) ? undefined : t;
});

/** A label's name in Prometheus: https://prometheus.io/docs/concepts/data_model/ */
export const labelName = text('a label such as zone: letters, digits and "_"', (t) =>
  /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(t) ? t : undefined,
);

/** https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address */
const EMAIL_ADDRESS =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

/** `ada@example.com` or `Ada <ada@example.com>`, as a header of a mail takes it: never with a line break. */
export const mailAddress = text('a mail address such as ada@example.com or Ada <ada@example.com>', (t) => {
  const named = /^(?:"[^"\\\p{C}\p{Zl}\p{Zp}]*" *|[^"<>()[\]\\@,:;\p{C}\p{Zl}\p{Zp}]*)<([^<>]*)>$/u.exec(t);
  const address = named?.[1] ?? t;
  return address.length <= 254 && EMAIL_ADDRESS.test(address) ? t : undefined;
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

export const smtpServer: ValueType<SmtpServer | null> = ofKind(
  'url',
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

export const httpUrl = ofKind('url', HTTP_URL, (t) => {
  if (t === 'off') return null;
  return readHttpUrl(t) === null ? undefined : t;
});

/** A URL that whoever knows it may post to. */
export const secretUrl = ofKind('secret_url', HTTP_URL, (t) => {
  if (t === 'off') return null;
  return readHttpUrl(t) === null ? undefined : t;
});

/** The URL of an Alertmanager, or of what takes the same: the path is its API's where none is given. */
export const alertsUrl = ofKind('url', HTTP_URL, (t) => {
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
  return ms !== null && ms <= LONGEST_MS ? ms : undefined;
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

function text<T>(allowed: string, parse: ValueType<T>['parse']): ValueType<T> {
  return ofKind('text', allowed, parse);
}

function ofKind<T>(kind: ValueType<T>['kind'], allowed: string, parse: ValueType<T>['parse']): ValueType<T> {
  return { kind, allowed, parse: (t) => (t === '' ? undefined : parse(t)) };
}

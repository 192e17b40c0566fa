import { writeDuration } from '../model/duration.ts';
import { printable } from '../model/printable.ts';
import type { Key } from './key.ts';
import { ALL_KEYS } from './all-keys.ts';
import { KEYS } from './keys.ts';
import type { MailSetup } from './mail-settings.ts';
import type { Values } from './values.ts';

const HIDDEN = '(set, not shown)';

/** A key with its value in force, for people: no secret is in it. */
export interface ResolvedValue {
  readonly name: string;
  /** As it would be written, paths absolute. */
  readonly shown: string;
  /** In words: `--repeat`, `/etc/cruc-fleet.yaml:12:3`, `$CRUC_FLEET_SMTP_USER`, `default`. */
  readonly origin: string;
  readonly help: string;
}

/** Every key and its value in force, in the order of `ALL_KEYS`. */
export function showValues(values: Values, mail: MailSetup): readonly ResolvedValue[] {
  return ALL_KEYS.flatMap((key) => {
    const { origin } = values.settled(key);
    const unused = mail.unused.get(key);
    const line = {
      name: key.name,
      shown: printable(mail.inForce.get(key) ?? shownValue(values, key)),
      origin: printable(unused === undefined ? origin : `${origin}, ${unused}`),
      help: key.help,
    };
    return key === KEYS.passwordFile ? [line, passwordLine(mail)] : [line];
  });
}

/** Not a key, since no file and no option may hold it. */
function passwordLine({ login }: MailSetup): ResolvedValue {
  return {
    name: 'mail.password',
    shown: login.origin === null ? 'none' : HIDDEN,
    origin: printable(login.origin ?? 'default'),
    help: 'the first line of mail.password_file, or $CRUC_FLEET_SMTP_PASSWORD',
  };
}

function shownValue(values: Values, key: Key): string {
  const { kind } = key.type;
  const { texts } = values.settled(key);
  if (key.isList) return texts.length === 0 ? '(none)' : texts.join(', ');
  const value = values.one(key);
  if (typeof value === 'number' && kind === 'duration') return writeDuration(value);
  if (typeof value !== 'string') return texts[0] ?? '';
  if (kind === 'path') return values.expand(key, value);
  if (kind === 'secret_url') {
    const { protocol, host } = new URL(value);
    return `${protocol}//${host}/${HIDDEN}`;
  }
  return kind === 'url' ? shownUrl(value) : value;
}

/** A URL without what may be secret in it: a user and a password, and the values after the `?`. */
function shownUrl(text: string): string {
  const { protocol, username, password, host, pathname, search } = new URL(text);
  if (username === '' && password === '' && search === '') return text;
  const login = username === '' && password === '' ? '' : `${HIDDEN}@`;
  return `${protocol}//${login}${host}${pathname}${search === '' ? '' : `?${HIDDEN}`}`;
}

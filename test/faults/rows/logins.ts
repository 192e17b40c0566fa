import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bySsh, failed, timedOut, type Fault } from '../fault.ts';
import { slow } from './way.ts';

const chapter = 'Logging in';

export const LOGIN_FAULTS: readonly Fault[] = [
  {
    id: 'keys-refused',
    chapter,
    what: 'The sled refuses every key',
    remedy: 'Put a key into authorized_keys of that login; on a stock sled, `auth: [none]` lets root in.',
    arrange: () => ({ fault: 'auth' }),
    expect: failed('connect', 'authentication'),
  },
  {
    id: 'user-refused',
    chapter,
    what: 'The login is not one of the sled',
    remedy: 'Correct `user` in the inventory: a stock sled has only root.',
    arrange: () => ({ sled: { user: 'nobody-here' } }),
    expect: failed('connect', 'authentication'),
  },
  {
    id: 'method-missing',
    chapter,
    what: 'The sled accepts only passwords',
    remedy: 'Allow PubkeyAuthentication there: cruc-fleet asks for no password.',
    arrange: () => ({ fault: 'password-only' }),
    expect: failed('connect', 'authentication'),
  },
  {
    id: 'second-factor',
    chapter,
    what: 'The key is right, and the sled asks a question on top (AuthenticationMethods)',
    remedy: 'Let that login in by its key only, or open a master with `ssh` and go through it.',
    arrange: () => ({ fault: 'second-factor' }),
    expect: failed('connect', 'authentication'),
  },
  {
    id: 'no-key-at-all',
    chapter,
    what: 'There is no key to offer: no file, no agent',
    remedy: 'Name a key (`identity_file`), or start an agent: `ssh-add -l` shows what it has.',
    arrange: () => ({ sled: { identity_file: [] } }),
    expect: failed('connect', 'authentication'),
  },
  {
    id: 'key-missing',
    chapter,
    what: 'The key file does not exist',
    remedy: 'Correct `identity_file`.',
    arrange: (field) => ({ sled: { identity_file: `${field.folder()}/none` } }),
    expect: failed('connect', 'key_unreadable'),
    by: bySsh(failed('connect', 'authentication')),
  },
  {
    id: 'key-open-to-all',
    chapter,
    what: 'The key file can be read by others',
    remedy: '`chmod 600` it; if others may have read it, make a new key.',
    arrange: (field) => ({
      sled: { identity_file: field.file(readFileSync(field.identity, 'utf8'), 0o644) },
    }),
    expect: failed('connect', 'key_unreadable'),
    by: bySsh(failed('connect', 'authentication')),
  },
  {
    id: 'key-of-no-kind',
    chapter,
    what: 'The key file holds no key',
    remedy: 'Correct `identity_file`: it must name the private key.',
    arrange: (field) => ({ sled: { identity_file: field.file('not a key\n') } }),
    expect: failed('connect', 'key_unreadable'),
    by: bySsh(failed('connect', 'authentication')),
  },
  {
    id: 'key-public',
    chapter,
    what: 'The key file holds the public key',
    remedy: 'Name the file without `.pub`.',
    arrange: (field) => ({
      sled: { identity_file: field.file(field.knownLine('3/0').split(' ').slice(1).join(' ')) },
    }),
    expect: failed('connect', 'key_unreadable'),
    by: bySsh(failed('connect', 'authentication')),
  },
  {
    id: 'key-encrypted',
    chapter,
    what: 'The key file has a passphrase, and there is no terminal to ask for it',
    remedy: 'Put the key into an agent: `ssh-add FILE`.',
    arrange: (field) => ({ sled: { identity_file: encryptedKey(field.folder()) } }),
    expect: failed('connect', 'key_unreadable'),
    by: bySsh(failed('connect', 'authentication')),
  },
  {
    id: 'agent-gone',
    chapter,
    what: 'The agent that the inventory names is not there',
    remedy: 'Start it, or correct `identity_agent`: `echo $SSH_AUTH_SOCK`.',
    arrange: (field) => ({ sled: { identity_file: [], identity_agent: `${field.folder()}/none` } }),
    expect: failed('connect', 'key_unreadable'),
    by: bySsh(failed('connect', 'authentication')),
  },
  {
    id: 'login-unanswered',
    chapter,
    what: 'The sled does not answer the login',
    remedy: 'A name service or PAM hangs there: look at the console.',
    arrange: () => slow('auth-hang', 2_000),
    expect: timedOut('connect'),
  },
  {
    id: 'cut-in-login',
    chapter,
    what: 'The connection breaks during the login',
    remedy: 'Read the log of sshd on the sled; it may have crashed.',
    arrange: () => ({ fault: 'auth-cut' }),
    expect: failed('connect', 'connection_lost'),
  },
];

function encryptedKey(folder: string): string {
  const file = join(folder, 'id_encrypted');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'open sesame', '-f', file]);
  return file;
}

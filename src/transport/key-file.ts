import { type KeyObject, createPrivateKey, sign } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type { ParsedKey } from 'ssh2';
import { codeOf } from '../model/error.ts';
import { puttyProblem } from './key-problems.ts';
import type { Ssh2 } from './ssh-library.ts';
import { keyTypeOf } from '../trust/known-hosts.ts';

/** Asks for the passphrase of an encrypted key; null means that there is none. */
export type PassphraseFor = (keyPath: string) => string | null | Promise<string | null>;

/** A private key file, read once and decrypted at most once. */
export interface KeyFile {
  readonly path: string;
  /** The public half in wire format where it can be read without decrypting, else null. */
  readonly publicKey: Buffer | null;
  /** What the user should fix even where another key works, or null. */
  readonly warning: string | null;
  /** The key, decrypted at the first call; a text says why it is not available. */
  unlock(): Promise<ParsedKey | string>;
}

export async function readKeyFile(path: string, ssh2: Ssh2, passphraseFor: PassphraseFor): Promise<KeyFile> {
  let text: string;
  let isOpen: boolean;
  try {
    const { mode, uid } = await stat(path);
    isOpen = uid === userInfo().uid && (mode & 0o077) !== 0;
    text = await readFile(path, 'utf8');
  } catch (error) {
    const reason = codeOf(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${messageOf(error)})`;
    // An agent may hold the private half where only the public file is here.
    return unusable(path, `${path} ${reason}`, await publicFile(`${path}.pub`));
  }
  if (/^-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/m.test(text)) {
    // ssh2 does not read PKCS#8, and what it says of it names the wrong thing.
    const advice = `convert it with: ssh-keygen -p -f ${path} (OpenSSH 9.6 or newer for ed25519)`;
    return unusable(path, `${path} is a PKCS#8 key, which cannot be used; ${advice}`);
  }
  const publicKey = publicHalf(text) ?? (await publicFile(`${path}.pub`));
  // As OpenSSH does.
  if (isOpen && /PRIVATE KEY|PuTTY-User-Key-File/.test(text)) {
    const problem = `${path} can be read by others, and is not used for that; protect it with: chmod 600 ${path}`;
    return { ...unusable(path, problem, publicKey), warning: problem };
  }
  if (/^PuTTY-User-Key-File-(?!2:)/m.test(text)) {
    return unusable(path, puttyProblem(path), publicKey);
  }
  let unlocking: Promise<ParsedKey | string> | undefined;
  return {
    path,
    publicKey,
    warning: null,
    unlock() {
      unlocking ??= unlockKey(path, text, ssh2, passphraseFor);
      return unlocking;
    },
  };
}

function unusable(path: string, problem: string, publicKey: Buffer | null = null): KeyFile {
  return { path, publicKey, warning: null, unlock: async () => problem };
}

/** Decrypting an ed25519 key holds up the event loop for about a second: it is done once a run. */
async function unlockKey(
  path: string,
  text: string,
  ssh2: Ssh2,
  passphraseFor: PassphraseFor,
): Promise<ParsedKey | string> {
  let key = ssh2.utils.parseKey(text);
  if (key instanceof Error && /encrypted|passphrase/i.test(key.message)) {
    const passphrase = await passphraseFor(path);
    if (passphrase === null) {
      return `${path} is encrypted and no passphrase was given; put it into the first line of a file, name that in $CRUC_FLEET_PASSPHRASE_FILE, or add the key to an ssh agent`;
    }
    key = ssh2.utils.parseKey(text, passphrase);
    if (key instanceof Error) return `${path} is encrypted and the passphrase given does not open it`;
  }
  if (key instanceof Error) return `${path} is not a private key that can be used (${key.message})`;
  if (!key.isPrivateKey()) return `${path} holds a public key, and no ssh agent has its private half`;
  try {
    // ssh2 parses the PEM again for each signature (650 µs); a KeyObject signs in 53 µs.
    // It takes an Error too, as its own keys give it, which its types leave out.
    Object.assign(key, { sign: signerOf(key.type, createPrivateKey(key.getPrivatePEM())) });
  } catch (error) {
    return `${path} cannot be used for signing (${messageOf(error)})`;
  }
  return key;
}

function signerOf(keyType: string, key: KeyObject): (data: string | Buffer, hash?: string) => Buffer | Error {
  const usual = usualHash(keyType);
  return (data, hash) => {
    const used = hash ?? usual;
    return used === 'sha1' ? new Error(NO_SHA1) : sign(used, Buffer.from(data), key);
  };
}

/** Why an RSA key does not sign for a server that knows no newer kind of RSA signature. */
export const NO_SHA1 =
  'the server takes RSA signatures with SHA-1 only, which can be forged; use a key of another type there';

function usualHash(keyType: string): string | null {
  switch (keyType) {
    case 'ssh-ed25519':
      return null;
    case 'ecdsa-sha2-nistp256':
      return 'sha256';
    case 'ecdsa-sha2-nistp384':
      return 'sha384';
    case 'ecdsa-sha2-nistp521':
      return 'sha512';
    default:
      return 'sha1';
  }
}

/** An OpenSSH private key carries its public half in clear; a public key file is its own. */
function publicHalf(text: string): Buffer | null {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(text)?.[1];
  if (body === undefined) return publicLine(text);
  const data = Buffer.from(body, 'base64');
  let at = 'openssh-key-v1\0'.length;
  const next = (): Buffer | null => {
    if (at + 4 > data.length) return null;
    const end = at + 4 + data.readUInt32BE(at);
    if (end > data.length) return null;
    const field = data.subarray(at + 4, end);
    at = end;
    return field;
  };
  // Cipher, key derivation and its options, then the number of keys.
  if (next() === null || next() === null || next() === null) return null;
  at += 4;
  return next();
}

async function publicFile(path: string): Promise<Buffer | null> {
  return publicLine(await readFile(path, 'utf8').catch(() => ''));
}

function publicLine(text: string): Buffer | null {
  const [type, encoded] = text.trim().split(/\s+/);
  if (type === undefined || encoded === undefined) return null;
  const key = Buffer.from(encoded, 'base64');
  return keyTypeOf(key) === type ? key : null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ssh2 from 'ssh2';
import { expect, it } from 'vitest';
import { generateKeyPair, KEY_TYPE } from '../../src/simulator/ssh-keys.ts';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

it('both halves of a key are of one, and each is another one', () => {
  const [key, other] = [generateKeyPair(), generateKeyPair()];
  const parsed = ssh2.utils.parseKey(key.privateKey);
  if (parsed instanceof Error) throw parsed;
  expect([parsed.type, parsed.getPublicSSH().equals(key.blob)]).toEqual([KEY_TYPE, true]);
  expect(key.blob.equals(other.blob)).toBe(false);
  const der = createPublicKey(createPrivateKey(key.privateKey)).export({ type: 'spki', format: 'der' });
  expect(key.blob.subarray(-65).equals(der.subarray(-65))).toBe(true);
});

/** Node 20 holds the key's lock meanwhile, and waits for it when it collects what made the key: once in thousands. */
it('no key is exported as a JWK', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(300);
  const exporting = files.filter((file) => /format: 'jwk'/.test(readFileSync(join(SRC, file), 'utf8')));
  expect(exporting).toEqual([]);
});

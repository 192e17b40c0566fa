import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly certificate: string;
  /** Holds the certificate, which is its own authority. */
  readonly file: string;
  remove(): void;
}

/** As `requireSshd`: null where certificates can be made, else the reason to skip. */
export function requireOpenssl(): string | null {
  if (spawnSync('openssl', ['version']).error === undefined) return null;
  const reason = 'openssl is not installed';
  if (process.env['CI'] !== undefined && process.env['CI'] !== '') throw new Error(reason);
  return reason;
}

/** A new key and a certificate that signed itself, for the names given (`DNS:localhost`). */
export function makeCertificate(names: string): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-certificate-'));
  const [keyFile, file] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const contents = ['-days', '2', '-subj', '/CN=cruc-fleet test', '-addext', `subjectAltName=${names}`];
  execFileSync('openssl', [...request, ...contents, '-keyout', keyFile, '-out', file], { stdio: 'pipe' });
  return {
    key: readFileSync(keyFile, 'utf8'),
    certificate: readFileSync(file, 'utf8'),
    file,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

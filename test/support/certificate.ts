import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { required } from './required.ts';

export interface Certificate {
  readonly key: string;
  readonly certificate: string;
  /** Holds the certificate, which is its own authority. */
  readonly file: string;
  readonly keyFile: string;
  remove(): void;
}

/** Whether certificates can be made. */
export function requireOpenssl(): string | null {
  return required(spawnSync('openssl', ['version']).error === undefined, 'openssl is not installed');
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
    keyFile,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The same of a time that is over: it expired in 2020. */
export function makeExpiredCertificate(names: string): Certificate {
  const made = makeCertificate(names);
  const folder = dirname(made.file);
  const configuration = join(folder, 'ca.cnf');
  writeFileSync(
    configuration,
    `[ca]\ndefault_ca=own\n[own]\ndatabase=${folder}/index\nrand_serial=yes\nnew_certs_dir=${folder}\n` +
      'default_md=sha256\npolicy=any\nx509_extensions=names\n[any]\ncommonName=supplied\n' +
      `[names]\nsubjectAltName=${names}\nbasicConstraints=CA:true\n`,
  );
  writeFileSync(join(folder, 'index'), '');
  const request = join(folder, 'request.pem');
  const quiet = { stdio: 'pipe' } as const;
  execFileSync(
    'openssl',
    ['req', '-new', '-key', made.keyFile, '-subj', '/CN=cruc-fleet test', '-out', request],
    quiet,
  );
  const times = ['-startdate', '20200101000000Z', '-enddate', '20200102000000Z'];
  const signing = [
    'ca',
    '-batch',
    '-selfsign',
    '-notext',
    '-config',
    configuration,
    '-keyfile',
    made.keyFile,
  ];
  execFileSync('openssl', [...signing, ...times, '-in', request, '-out', made.file], quiet);
  return { ...made, certificate: readFileSync(made.file, 'utf8') };
}

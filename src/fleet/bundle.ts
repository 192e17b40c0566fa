import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One file that a sled needs to run a probe. */
interface BundleFile {
  readonly name: string;
  readonly content: Buffer;
  /** `CRC SIZE`, as cksum(1) prints them. */
  readonly cksum: string;
}

/** The files of one probe, and the hash that names their folder on a sled. */
export interface Bundle {
  /** The file that is run. */
  readonly script: string;
  readonly files: readonly BundleFile[];
  /** The first 16 hex digits of SHA-256 over names and contents: another content is another folder. */
  readonly hash: string;
}

/** Reads a probe's script and the files that it needs from the folder of scripts. */
export async function readBundle(folder: string, script: string, needs: readonly string[]): Promise<Bundle> {
  const hash = createHash('sha256');
  const files: BundleFile[] = [];
  for (const name of [script, ...needs]) {
    const content = await readFile(join(folder, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
    files.push({ name, content, cksum: cksum(content) });
  }
  return { script, files, hash: hash.digest('hex').slice(0, 16) };
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

/** What POSIX cksum(1) prints for the content: its CRC and its size in bytes. It finds damage, not malice. */
export function cksum(content: Uint8Array): string {
  let crc = 0;
  const add = (byte: number) => {
    crc = (crc << 8) ^ (CRC_TABLE[((crc >>> 24) ^ byte) & 0xff] ?? 0);
  };
  for (const byte of content) add(byte);
  for (let length = content.length; length > 0; length = Math.floor(length / 256)) add(length & 0xff);
  return `${~crc >>> 0} ${content.length}`;
}

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle, BundleFile } from '../model/job.ts';

/** Reads files of a folder as a bundle; their order is part of its hash. */
export async function readBundle(folder: string, names: readonly string[]): Promise<Bundle> {
  const files = await Promise.all(
    names.map(async (name) => ({ name, content: await readFile(join(folder, name)) })),
  );
  return makeBundle(files);
}

/** All scripts, as `push` puts them on a sled. */
export async function readAllScripts(folder: string): Promise<Bundle> {
  const names = (await readdir(folder)).filter((name) => /^[^.].*\.(sh|d)$/.test(name));
  return await readBundle(folder, names.sort());
}

/** A bundle of contents that are already in hand. */
export function makeBundle(contents: readonly { readonly name: string; readonly content: Buffer }[]): Bundle {
  const hash = createHash('sha256');
  const files: BundleFile[] = [];
  for (const { name, content } of contents) {
    hash.update(`${name}\0${content.length}\0`).update(content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    files.push({ name, content, cksum: cksum(content), sha256 });
  }
  return { files, hash: hash.digest('hex').slice(0, 16) };
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

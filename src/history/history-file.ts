import { open, rename, type FileHandle } from 'node:fs/promises';
import { isMissingFile, replaceFile } from '../files/replace-file.ts';
import { applyRun, emptyLife, lifeLine, lifeOf, type Life } from './life.ts';
import type { Line } from './line.ts';
import { HEADER, LIFE_BEGINS, lineText, readHead, readLine } from './line-text.ts';

/** The end of a history: what is known now, and where the next line goes. */
export interface Tail {
  readonly status: 'ready';
  readonly life: Life;
  /** The byte behind the last whole line: what lies there was being written when its writer ended. */
  readonly end: number;
  readonly size: number;
  /** The last line that says all: when it was written, how long it is, and how much came since. */
  readonly lastLife: { readonly at: number; readonly bytes: number; readonly since: number };
}

/** Why a file cannot be written to as a history. */
export type Unusable =
  | { readonly status: 'damaged'; readonly why: string }
  | { readonly status: 'newer'; readonly version: number };

const BLOCK = 1 << 20;
const NEW_LINE = 10;

/** Begins a history in a new file. */
export async function beginHistory(path: string, now: number): Promise<void> {
  await replaceFile(path, HEADER + lineText(lifeLine(emptyLife(), now)));
}

/** What is known after the last run, without reading all before it; null where there is no file. */
export async function readTail(file: FileHandle): Promise<Tail | Unusable> {
  const { size } = await file.stat();
  const head = readHead(firstLine(await readAt(file, 0, Math.min(size, HEADER.length * 4))));
  if (head.is === 'newer') return { status: 'newer', version: head.version };
  if (head.is === 'foreign') {
    return { status: 'damaged', why: size === 0 ? 'empty' : 'not a history of cruc-fleet' };
  }
  const start = await lastLifeAt(file, size);
  if (start === null) return { status: 'damaged', why: 'damaged (no line says what is known)' };
  const bytes = await readAt(file, start, size - start);
  let life: Life | null = null;
  let lastLife = { at: 0, bytes: 0, since: 0 };
  let at = 0;
  for (const text of wholeLines(bytes)) {
    const line = readLine(text.toString('utf8'));
    if (line === null) {
      // The last one may be what a loss of power left of a line that was never acknowledged.
      if (bytes.indexOf(NEW_LINE, at + text.length + 1) === -1 && life !== null) break;
      return { status: 'damaged', why: `damaged (at byte ${start + at})` };
    }
    at += text.length + 1;
    if (line.kind === 'life') {
      life = lifeOf(line);
      lastLife = { at: line.at, bytes: text.length + 1, since: 0 };
    } else if (life !== null) applyRun(life, line);
  }
  if (life === null) return { status: 'damaged', why: `damaged (at byte ${start})` };
  return {
    status: 'ready',
    life,
    end: start + at,
    size,
    lastLife: { ...lastLife, since: at - lastLife.bytes },
  };
}

/** Adds lines behind the last whole one: all of each, or nothing that counts. */
export async function appendLines(
  file: FileHandle,
  { end, size }: Pick<Tail, 'end' | 'size'>,
  lines: readonly Line[],
): Promise<void> {
  if (size > end) await file.truncate(end);
  const bytes = Buffer.from(lines.map(lineText).join(''));
  try {
    for (let done = 0; done < bytes.length;) {
      done += (await file.write(bytes, done, bytes.length - done, end + done)).bytesWritten;
    }
    await file.datasync();
  } catch (error) {
    // What is there of it has no end, and counts for nothing: taking it away only gives the room back.
    await file.truncate(end).catch(() => {});
    throw error;
  }
}

/** Each line of a history in its order; null stands for what is damaged, up to the next line that says all. */
export async function* readLines(path: string): AsyncGenerator<Line | null> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    let carried = Buffer.alloc(0);
    let isFirst = true;
    let isLost = false;
    for (let at = 0; at < size; at += BLOCK) {
      const bytes = Buffer.concat([carried, await readAt(file, at, Math.min(BLOCK, size - at))]);
      let used = 0;
      for (const text of wholeLines(bytes)) {
        used += text.length + 1;
        if (isFirst) {
          isFirst = false;
          continue;
        }
        const line = readLine(text.toString('utf8'));
        if (line === null) {
          if (!isLost) yield null;
          isLost = true;
        } else if (!isLost || line.kind === 'life') {
          isLost = false;
          yield line;
        }
      }
      carried = Buffer.from(bytes.subarray(used));
    }
  } finally {
    await file.close();
  }
}

/** What the file is, by its first line; null where there is none. */
export async function headOf(path: string): Promise<ReturnType<typeof readHead> | null> {
  const file = await openOrNull(path, 'r');
  if (file === null) return null;
  try {
    return readHead(firstLine(await readAt(file, 0, HEADER.length * 4)));
  } finally {
    await file.close();
  }
}

export async function openOrNull(path: string, flags: 'r' | 'r+'): Promise<FileHandle | null> {
  try {
    return await open(path, flags);
  } catch (error) {
    if (isMissingFile(error)) return null;
    throw error;
  }
}

/** Puts a file out of the way and gives its new name. */
export async function setAside(path: string, now: number): Promise<string> {
  const aside = `${path}.damaged-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`;
  await rename(path, aside);
  return aside;
}

/** Where the last line that says all begins. */
async function lastLifeAt(file: FileHandle, size: number): Promise<number | null> {
  const mark = `\n${LIFE_BEGINS}`;
  for (let end = size; end > 0; end -= BLOCK) {
    const start = Math.max(0, end - BLOCK);
    // A mark may lie across two blocks.
    const bytes = await readAt(file, start, Math.min(size, end + mark.length) - start);
    // One that has no end is being written, or was when its writer ended.
    for (let at = bytes.lastIndexOf(mark); at !== -1; at = at === 0 ? -1 : bytes.lastIndexOf(mark, at - 1)) {
      if (await hasEnd(file, start + at + 1, size)) return start + at + 1;
    }
  }
  return null;
}

async function hasEnd(file: FileHandle, from: number, size: number): Promise<boolean> {
  for (let at = from; at < size; at += BLOCK) {
    if ((await readAt(file, at, Math.min(BLOCK, size - at))).includes(NEW_LINE)) return true;
  }
  return false;
}

async function readAt(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, from + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

function* wholeLines(bytes: Buffer): Generator<Buffer> {
  let from = 0;
  for (let to = bytes.indexOf(NEW_LINE, from); to !== -1; to = bytes.indexOf(NEW_LINE, from)) {
    yield bytes.subarray(from, to);
    from = to + 1;
  }
}

function firstLine(bytes: Buffer): string {
  const end = bytes.indexOf(NEW_LINE);
  return end === -1 ? '' : bytes.subarray(0, end).toString('utf8');
}

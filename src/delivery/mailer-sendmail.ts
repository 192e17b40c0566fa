import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDuration } from '../model/duration.ts';
import { FleetError } from '../model/error.ts';
import type { Delivery, DeliveryFailure } from '../model/outgoing.ts';
import { onOneLine } from '../model/printable.ts';
import type { Envelope, Outlet } from './mailer-outlet.ts';

/** As much of what a program says as a message has room for. */
const SAID_LENGTH = 400;
/** Between asking a program to end and ending it, and for the last words of one that has ended. */
const GRACE_MS = 1_000;

/** Statuses of sysexits.h that are about the mail and not about the program: EX_DATAERR and EX_NOUSER. */
const ABOUT_THE_MAIL: readonly number[] = [65, 67];

/** Mails go to a program that takes what sendmail takes: `-i -f FROM -- TO...`, the message on stdin. */
export function openSendmail(path: string, limitMs: number): Outlet {
  return {
    async deliver(envelope, compose) {
      const message = await compose('unix').build();
      let file: FileHandle;
      try {
        file = await unnamedFile(message);
      } catch (cause) {
        const what = 'the temporary file that a mail is handed over in cannot be written; free some space';
        return failed(new FleetError('mail', what, { cause }));
      }
      try {
        return await handOver(path, envelope, file, limitMs);
      } finally {
        await file.close();
      }
    },
    close: () => Promise.resolve(),
  };
}

/**
 * A file that has no name any more, to be read from its start. With a pipe, a program would take the end of
 * this process for the end of the mail and send the first half of it.
 */
async function unnamedFile(content: Buffer): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'cruc-fleet-mail-'));
  try {
    const path = join(folder, 'message');
    await writeFile(path, content, { mode: 0o600 });
    return await open(path, 'r');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function handOver(
  path: string,
  envelope: Envelope,
  file: FileHandle,
  limitMs: number,
): Promise<Delivery> {
  const ended = await runProgram(path, ['-i', '-f', envelope.from, '--', ...envelope.to], file.fd, limitMs);
  if (ended instanceof Error) {
    const what = `the program ${path} cannot be started; check mail.sendmail`;
    return failed(new FleetError('mail', what, { cause: ended }));
  }
  const said = ended.said === '' ? '' : `, saying "${ended.said}"`;
  if (ended.timedOut) {
    const what = `the program ${path} had not taken the mail after ${formatDuration(limitMs)} and was ended${said}; try it by hand`;
    return failed(new FleetError('mail', what));
  }
  if (ended.status !== 0) {
    const how = ended.status === null ? `was ended by ${ended.signal}` : `ended with status ${ended.status}`;
    const what = `the program ${path} ${how}${said}; check mail.sendmail and the log of the mail system`;
    const scope = ABOUT_THE_MAIL.includes(ended.status ?? -1) ? 'mail' : 'server';
    return failed(new FleetError('mail', what), scope);
  }
  // It shares our place in the file.
  const { bytesRead: unread } = await file.read(Buffer.alloc(1), 0, 1, null);
  if (unread > 0) {
    const what = `the program ${path} ended with status 0 before it had read the whole mail${said}; check that it is a sendmail`;
    return failed(new FleetError('mail', what));
  }
  return { accepted: envelope.to, refused: [], failure: null };
}

/** A program gives no reason that could be relied on, so that no failure is taken for a permanent one. */
function failed(error: FleetError, scope: DeliveryFailure['scope'] = 'server'): Delivery {
  return { accepted: [], refused: [], failure: { error, scope, permanent: false } };
}

interface Ended {
  readonly status: number | null;
  readonly signal: string | null;
  /** On either stream, in the order in which it came, on one line. */
  readonly said: string;
  readonly timedOut: boolean;
}

function runProgram(
  path: string,
  args: readonly string[],
  stdin: number,
  limitMs: number,
): Promise<Ended | Error> {
  return new Promise((resolve) => {
    // In a group of its own, so that what it started ends with it.
    const child = spawn(path, args, { stdio: [stdin, 'pipe', 'pipe'], detached: true });
    let said = '';
    let timedOut = false;
    const timers = [
      setTimeout(() => {
        timedOut = true;
        endGroup(child, 'SIGTERM');
        timers.push(setTimeout(() => endGroup(child, 'SIGKILL'), GRACE_MS));
      }, limitMs),
    ];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said = `${said}${text}`.slice(0, SAID_LENGTH);
      });
    }
    child.on('error', (error) => {
      for (const timer of timers) clearTimeout(timer);
      resolve(error);
    });
    child.on('exit', (status, signal) => {
      for (const timer of timers) clearTimeout(timer);
      if (timedOut) endGroup(child, 'SIGKILL');
      const finish = (): void => {
        clearTimeout(lastWords);
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve({ status, signal, said: onOneLine(said), timedOut });
      };
      // What it left running in the background may hold its streams open for ever.
      const lastWords = setTimeout(finish, GRACE_MS);
      child.on('close', finish);
    });
  });
}

function endGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nothing of it is left.
  }
}

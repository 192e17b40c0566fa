import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { CHROMIUM_FLAGS, pathOfChromium } from './chromium.ts';

/** How a page is looked at. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
  readonly media?: 'screen' | 'print';
  /** Pixels of the picture for each of the page; default 1. */
  readonly scale?: number;
}

/** A tab. */
export interface Tab {
  look(look: Look): Promise<void>;
  /** Resolves when the page is loaded. */
  open(url: string): Promise<void>;
  /** The value of an expression in the page, or of the promise that it is, as JSON has it. */
  evaluate(expression: string): Promise<unknown>;
  press(key: 'Tab' | 'Enter'): Promise<void>;
  /** A PNG of the whole page, or of so much from its top. */
  picture(height?: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** A real browser without a window. */
export interface Browser {
  tab(): Promise<Tab>;
  close(): Promise<void>;
}

type Answer = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly result?: Answer;
  readonly error?: { readonly message: string };
}

/** Starts Chromium, which is driven over two pipes: no port, no library. */
export async function openBrowser(): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-browser-'));
  const flags = [...CHROMIUM_FLAGS, '--remote-debugging-pipe', `--user-data-dir=${join(folder, 'profile')}`];
  const child = spawn(pathOfChromium(), flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const { send, heard } = connect(child);
  return {
    async tab() {
      const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
      const tell = (method: string, params: Answer = {}) => send(method, params, String(sessionId));
      await tell('Page.enable');
      return makeTab(
        tell,
        (method) => heard(method, String(sessionId)),
        async () => {
          await send('Target.closeTarget', { targetId });
        },
      );
    },
    async close() {
      const closed = once(child, 'close');
      // Killed, it would leave processes that still write into its profile.
      await Promise.race([closed, send('Browser.close')]);
      await closed;
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

type Tell = (method: string, params?: Answer) => Promise<Answer>;

function makeTab(tell: Tell, heard: (method: string) => Promise<void>, close: () => Promise<void>): Tab {
  let seen: Look = { width: 1000, height: 1000, scheme: 'light' };
  return {
    async look(look) {
      seen = look;
      await tell('Emulation.setDeviceMetricsOverride', {
        width: look.width,
        height: look.height,
        deviceScaleFactor: look.scale ?? 1,
        mobile: false,
      });
      await tell('Emulation.setEmulatedMedia', {
        media: look.media ?? 'screen',
        features: [{ name: 'prefers-color-scheme', value: look.scheme }],
      });
    },
    async open(url) {
      const loaded = heard('Page.loadEventFired');
      await tell('Page.navigate', { url });
      await loaded;
    },
    async evaluate(expression) {
      const { result, exceptionDetails } = await tell('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { readonly value?: unknown }).value;
    },
    async press(key) {
      const code = { Tab: 9, Enter: 13 }[key];
      const text = key === 'Enter' ? { text: '\r' } : {};
      const params = { key, code: key, windowsVirtualKeyCode: code, ...text };
      await tell('Input.dispatchKeyEvent', { type: 'keyDown', ...params });
      await tell('Input.dispatchKeyEvent', { type: 'keyUp', ...params });
    },
    async picture(height) {
      const whole = await this.evaluate('document.documentElement.scrollHeight');
      const clip = { x: 0, y: 0, width: seen.width, height: height ?? Number(whole), scale: 1 };
      const { data } = await tell('Page.captureScreenshot', {
        format: 'png',
        clip,
        captureBeyondViewport: true,
      });
      return Buffer.from(String(data), 'base64');
    },
    close,
  };
}

/** Messages are JSON, each with a zero byte behind it: ours on the third pipe, Chromium's on the fourth. */
function connect(child: ChildProcess) {
  const [, , , input, output] = child.stdio as unknown as [null, null, null, Writable, Readable];
  const asked = new Map<number, (message: Message) => void>();
  const awaited = new Set<{
    readonly method: string;
    readonly sessionId: string;
    readonly hear: () => void;
  }>();
  let rest = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    const whole = (rest + text).split('\0');
    rest = whole.pop() ?? '';
    for (const each of whole) {
      const message = JSON.parse(each) as Message;
      if (message.id !== undefined) asked.get(message.id)?.(message);
      for (const one of awaited) {
        if (one.method !== message.method || one.sessionId !== message.sessionId) continue;
        awaited.delete(one);
        one.hear();
      }
    }
  });
  let count = 0;
  const send = async (method: string, params: Answer = {}, sessionId?: string): Promise<Answer> => {
    const id = (count += 1);
    const answer = new Promise<Message>((resolve) => {
      asked.set(id, resolve);
    });
    input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await answer;
    asked.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  };
  const heard = (method: string, sessionId: string) =>
    new Promise<void>((hear) => {
      awaited.add({ method, sessionId, hear });
    });
  return { send, heard };
}

import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createTerminal } from '../../src/term/terminal.ts';

function stream(isTTY: boolean, columns?: number) {
  const emitter = new EventEmitter();
  const written: string[] = [];
  const fake = Object.assign(emitter, { isTTY, columns, write: (text: string) => written.push(text) > 0 });
  return { fake: fake as unknown as NodeJS.WriteStream, written, emitter };
}

function open(isTTY: boolean, env: Record<string, string> = {}, columns?: number) {
  const out = stream(isTTY, columns);
  const gone: string[] = [];
  const terminal = createTerminal(out.fake, stream(false).fake, env, {
    readerGone: () => gone.push('gone'),
    failed: (name, error) => gone.push(`${name}: ${error.message}`),
  });
  return { terminal, out, gone };
}

describe('a terminal', () => {
  it.each<[boolean, Record<string, string>, boolean]>([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('on a terminal: %s, with %j, uses color: %s', (isTTY, env, color) => {
    expect(open(isTTY, env).terminal.out.color).toBe(color);
  });

  it('has a width only if it is one', () => {
    expect(open(true, {}, 132).terminal.out.width()).toBe(132);
    expect(open(true).terminal.out.width()).toBe(80);
    expect(open(false, {}, 132).terminal.out.width()).toBeNull();
  });

  it('says once that its reader has gone, and writes no more', () => {
    const { terminal, out, gone } = open(false);
    terminal.out.write('a');
    const error = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    out.emitter.emit('error', error);
    out.emitter.emit('error', error);
    terminal.out.write('b');
    expect([gone, out.written]).toEqual([['gone'], ['a']]);
  });

  it('says once that something could not be written, which is no reader that has gone', () => {
    const { terminal, out, gone } = open(false);
    const error = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    out.emitter.emit('error', error);
    out.emitter.emit('error', error);
    terminal.out.write('b');
    expect([gone, out.written]).toEqual([['standard output: ENOSPC: no space left on device'], []]);
  });
});

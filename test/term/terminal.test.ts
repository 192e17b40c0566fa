import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createTerminal, withWidth } from '../../src/term/terminal.ts';

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
    [true, { TERM: 'xterm' }, true],
    [false, { TERM: 'xterm' }, false],
    [true, { TERM: 'xterm', NO_COLOR: '1' }, false],
    [true, { TERM: 'xterm', NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [true, {}, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('on a terminal: %s, with %j, uses color: %s', (isTTY, env, color) => {
    expect(open(isTTY, env).terminal.out.color).toBe(color);
  });

  it('has a width and a height only if it is one', () => {
    expect(open(true, {}, 132).terminal.out.width()).toBe(132);
    expect(open(false, {}, 132).terminal.out.width()).toBeNull();
    expect(open(false, { COLUMNS: '132' }).terminal.out.width()).toBeNull();
    expect([open(true).terminal.out.height(), open(false).terminal.out.height()]).toEqual([24, null]);
  });

  it.each<[string, number | undefined, Record<string, string>, number]>([
    ['what it says', 132, {}, 132],
    ['80 where it says 0, which is that it does not know', 0, {}, 80],
    ['80 where it says nothing', undefined, {}, 80],
    ['$COLUMNS before that', 132, { COLUMNS: '100' }, 100],
    ['no $COLUMNS that is no width', 132, { COLUMNS: '0' }, 132],
    ['no $COLUMNS that is no number', 132, { COLUMNS: 'wide' }, 132],
    ['at least what a table needs', 1, {}, 20],
    ['as much as there is', 10_000, {}, 10_000],
  ])('is as wide as %s', (_, columns, env, width) => {
    expect(open(true, env, columns).terminal.out.width()).toBe(width);
  });

  it('is as wide as its user says, also where it is none', () => {
    for (const isTTY of [true, false]) {
      const { terminal } = open(isTTY, {}, 132);
      expect(withWidth(terminal, () => 60).out.width()).toBe(60);
      expect(withWidth(terminal, () => null).out.width()).toBe(isTTY ? 132 : null);
    }
  });

  it.each<[boolean, Record<string, string>, boolean]>([
    [true, { LANG: 'en_US.UTF-8' }, true],
    [true, { LANG: 'C.utf8' }, true],
    [true, { LANG: 'C' }, false],
    [true, { LANG: 'en_US.UTF-8', LC_ALL: 'C' }, false],
    [true, { LANG: 'en_US.UTF-8', LC_CTYPE: 'POSIX' }, false],
    [true, { LANG: 'C', LC_ALL: '', LC_CTYPE: 'C.UTF-8' }, true],
    [true, { LANG: 'de_DE.ISO8859-1' }, false],
    [true, {}, false],
    [false, {}, true],
    [false, { LC_ALL: 'POSIX' }, false],
  ])('on a terminal: %s, with %j, shows characters beyond ASCII: %s', (isTTY, env, unicode) => {
    expect(open(isTTY, env).terminal.out.unicode).toBe(unicode);
  });

  it.each<[boolean, Record<string, string>, boolean]>([
    [true, { TERM: 'xterm-256color' }, true],
    [true, { TERM: 'dumb' }, false],
    [true, {}, false],
    [false, { TERM: 'xterm' }, false],
  ])('on a terminal: %s, with %j, can be drawn over: %s', (isTTY, env, canRedraw) => {
    expect(open(isTTY, env).terminal.err.canRedraw || open(isTTY, env).terminal.out.canRedraw).toBe(
      canRedraw,
    );
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

import { describe, expect, it } from 'vitest';
import { markup } from '../../src/html/markup.ts';
import { createChannel } from '../../src/serve/channel.ts';
import type { Page } from '../../src/serve/page.ts';

const page = (...texts: readonly string[]): Page => ({
  status: 200,
  title: 'title',
  regions: [
    ...texts.map((text, n) => ({ id: String(n), content: markup`${text}` })),
    { id: 'form', content: markup`typed`, isFixed: true as const },
  ],
});

/** Takes so many frames before it is full. */
function outlet(room: number) {
  const got: string[] = [];
  return { got, write: (text: string) => got.push(text) < room };
}

const regionsIn = (frame: string | undefined) => JSON.parse(frame?.replace('data: ', '') ?? '').regions;

describe('the readers of a page', () => {
  it('are sent all of it first, then what has changed, and never what they type in', () => {
    const { got, write } = outlet(99);
    const channel = createChannel();
    channel.join({ write });
    channel.send(page('a', 'b'), 'now');
    channel.send(page('a', 'c'), 'now');
    channel.send(page('a', 'c'), 'now');
    expect(got.map(regionsIn)).toEqual([{ 0: 'a', 1: 'b' }, { 1: 'c' }, {}]);
    expect(got.every((frame) => /^data: [^\n]+\n\n$/.test(frame))).toBe(true);
  });

  it('are not delayed by one that takes nothing: that one misses frames, keeps no more than one, and catches up', () => {
    const [slow, quick] = [outlet(1), outlet(999)];
    const channel = createChannel();
    const reader = channel.join(slow);
    channel.join(quick);
    for (let n = 0; n < 100; n++) channel.send(page('a', String(n)), 'now');
    expect([slow.got.length, quick.got.length]).toEqual([1, 100]);
    reader.drained();
    channel.send(page('z', '99'), 'now');
    expect(regionsIn(slow.got[1])).toEqual({ 0: 'z', 1: '99' });
    expect(regionsIn(quick.got[100])).toEqual({ 0: 'z' });
    channel.leave(reader);
    expect(channel.size()).toBe(1);
  });
});

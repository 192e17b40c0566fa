import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { askLine } from '../../src/term/question.ts';

function terminal() {
  const streams = { input: new PassThrough(), output: new PassThrough() };
  return { streams, shown: () => String(streams.output.read()) };
}

const never = new AbortController().signal;

it('asks on one stream and hears a line on the other', async () => {
  const { streams, shown } = terminal();
  const answer = askLine('Trust it? ', streams, never);
  streams.input.write('ye');
  streams.input.write('s\nmore');
  expect(await answer).toBe('yes');
  expect(shown()).toBe('Trust it? ');
});

it('hears nothing at the end of input, or when the signal fires', async () => {
  const { streams } = terminal();
  streams.input.end();
  expect(await askLine('Trust it? ', streams, never)).toBeNull();
  const abort = new AbortController();
  const answer = askLine('Trust it? ', terminal().streams, abort.signal);
  abort.abort();
  expect(await answer).toBeNull();
  expect(await askLine('Trust it? ', terminal().streams, abort.signal)).toBeNull();
});

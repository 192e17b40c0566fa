import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { PATIENCE } from './support/patience.ts';

const TEST = fileURLToPath(new URL('.', import.meta.url));

const files = readdirSync(TEST, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(join(TEST, file), 'utf8') }));

/** The text of each call, up to its last parenthesis. */
function callsOf(name: string, text: string): readonly string[] {
  return text
    .split(`${name}(`)
    .slice(1)
    .map((rest) => {
      let [depth, end] = [1, 0];
      for (; depth > 0 && end < rest.length; end++) {
        if (rest[end] === '(') depth += 1;
        else if (rest[end] === ')') depth -= 1;
      }
      return rest.slice(0, end);
    });
}

it('no test gives up on a busy machine: what is waited for has two minutes', () => {
  expect(files.length).toBeGreaterThan(400);
  const hasty = files.flatMap(({ file, text }) => [
    ...[...text.matchAll(/(?<![a-zA-Z_])timeout: ?([\d_]+)/g)]
      .filter(([, limit = '']) => Number(limit.replaceAll('_', '')) < PATIENCE.timeout)
      .map(([said]) => `${file}: ${said}`),
    // Without a limit of its own vi.waitFor gives up after a second.
    ...callsOf(['vi', 'waitFor'].join('.'), text)
      .filter((call) => !/PATIENCE|OFTEN|timeout|LIMIT/.test(call))
      .map((call) => `${file}: waitFor(${call.slice(0, 60)}`),
  ]);
  expect(hasty).toEqual([]);
});

it('no concurrent test polls by the expect of all tests, which may be that of another one by then', () => {
  const concurrent = files.flatMap(({ file, text }) =>
    text
      .split(/\n\s*(?=(?:it|describe)\b[.(])/)
      .filter((piece) => text.includes('describe.concurrent(') || piece.startsWith('it.concurrent'))
      .map((piece) => ({ file, piece })),
  );
  expect(concurrent.length).toBeGreaterThan(50);
  const polling = concurrent.filter(
    ({ piece }) =>
      piece.includes(['expect', 'poll('].join('.')) && !/\{[^{}]*\bexpect\b[^{}]*\}\) =>/.test(piece),
  );
  expect(polling.map(({ file, piece }) => `${file}: ${piece.slice(0, 60)}`)).toEqual([]);
});

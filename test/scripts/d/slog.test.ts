import { expect, test } from 'vitest';
import { runScript, SESSION, ZONE_A } from './run-script.ts';

const record = (changes: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    ok: {
      level: 'WARN',
      message: 'ds_connection connect to [fd00::1]:19000 failure',
      kv: { client: '1', session_id: SESSION },
      ...changes,
    },
  });

test('slog.d hears the processes that it was told, however many, and no other', async () => {
  const zones = { 101: ZONE_A, 102: ZONE_A, 1011: ZONE_A };
  for (const [args, heard] of [
    [[1], []],
    [[1, 101], [101]],
    [
      [1, 102, 101],
      [101, 102],
    ],
    [[1, 101, 0, 0, 999], [101]],
  ] as const) {
    const run = runScript('slog.d', args, zones);
    for (const pid of [101, 102, 1011]) run.upstairs(pid, 'warn', [record()], { provider: 'slog' });
    run.seconds(1.1);
    expect(await run.status()).toBe(0);
    expect(run.stderr).toBe('');
    expect(run.lines).toEqual([
      ...heard.map(
        (pid) =>
          `slog=${pid} client=1 session=${SESSION} level=WARN message=ds_connection connect to [fd00::1]:19000 failure`,
      ),
      `slog_ended messages=${heard.length} connections=${heard.length}`,
    ]);
  }
});

test('slog.d counts what is not about a connection, and what it cannot read, and prints none of it', () => {
  const run = runScript('slog.d', [1, 101]);
  const say = (text: string): void => run.upstairs(101, 'info', [text], { provider: 'slog' });
  say(record());
  say(record({ message: 'flushed' }));
  say(record({ kv: {} }));
  say('{"err":"no"}');
  run.seconds(1.1);
  expect(run.lines).toHaveLength(2);
  expect(run.lines.at(-1)).toBe('slog_ended messages=4 connections=1');
});

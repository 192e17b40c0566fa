import { describe, expect, it } from 'vitest';
import { readSledExplanation } from '../../src/facts/sled-explanation.ts';
import { attemptFacts, readSlog } from '../../src/facts/slog.ts';
import { withoutSecrets } from '../../src/facts/without-secrets.ts';

const SESSION = 'c0b92059-8a3e-4b10-b9b4-55f4f2a3d7e1';
const ADDRESS = '[fd00:1122:3344:103::9]:19004';

const line = (client: string, message: string, session = SESSION): string =>
  `slog=28022 client=${client} session=${session} level=WARN message=${message}\n`;
const ENDED = 'slog_ended messages=9 connections=4\n';

describe('a trace of slog', () => {
  it("says index, address and the error's own words of a downstairs that refuses", () => {
    const refusal = String.raw`ds_connection connect to ${ADDRESS} failure: Os { code: 146, kind: ConnectionRefused, message: \"Connection refused\" }`;
    const text = line('1', `connecting to ${ADDRESS}`) + line('1', refusal);
    expect(readSlog(`\n${text}${text}${ENDED}`)).toEqual({
      attempts: [
        {
          pid: 28_022,
          session: SESSION,
          index: 1,
          address: ADDRESS,
          tries: 2,
          outcome: { kind: 'refused', words: 'Connection refused' },
        },
      ],
      isEnded: true,
      issues: [],
    });
  });

  it.each([
    ['connect timeout', { kind: 'timeout', words: 'connect timeout' }],
    ['ds_connection connected from Ok([::1]:4)', { kind: 'connected' }],
    [
      `ds_connection connect to ${ADDRESS} failure: kind: \\"x\\u001b[31m`,
      { kind: 'failed', words: 'kind: "x?[31m' },
    ],
    [`ds_connection connect to ${ADDRESS} failure: cut \\u00`, { kind: 'failed', words: 'cut' }],
    ['reconnecting is good', null],
  ])('reads %j as %j', (message, outcome) => {
    const [attempts] = readSlog(line('0', message)).attempts;
    expect(attempts?.outcome ?? null).toEqual(outcome);
  });

  it('bounds the words of an error, and takes no index, address or session that is none', () => {
    const long = `ds_connection connect to nowhere failure: ${'x'.repeat(480)}`;
    const { attempts, isEnded } = readSlog(line('2', long, '-') + line('3', long) + line('1;rm', long));
    expect(attempts).toEqual([
      expect.objectContaining({
        index: 2,
        session: null,
        address: null,
        outcome: { kind: 'failed', words: 'x'.repeat(160) },
      }),
    ]);
    expect(isEnded).toBe(false);
  });

  it('gives targets of exactly those that are not connected', () => {
    const other = '[fd00:1122:3344:101::13]:19011';
    const text =
      line('1', `connecting to ${ADDRESS}`) +
      line('2', `connecting to ${other}`) +
      line('2', 'ds_connection connected from x');
    expect(attemptFacts(readSlog(text).attempts, 'u')).toEqual([
      expect.objectContaining({
        kind: 'upstairs',
        id: 'u',
        targets: [null, ADDRESS, null],
        session: SESSION,
      }),
    ]);
    expect(attemptFacts([], 'u')).toEqual([]);
  });
});

describe('what explain.sh prints', () => {
  const NAME = 'oxz_crucible_a/b0b0b0b0-0000-4000-8000-000000000002';

  it('is log lines, the number of probes and a trace; what was not read says why', () => {
    const { logs, probes, isWhole } = readSledExplanation(
      `explain\nprobes 28022 6\nlog:${NAME} one\nlog:${NAME} two\u0007\nlogged ${NAME}\nunlogged x/y slow\nunlogged x/z 1\n${ENDED}end\n`,
    );
    expect([...logs]).toEqual([
      [NAME, { lines: ['one', 'two?'] }],
      ['x/y', { unread: 'its zone did not give it in 5 s' }],
      ['x/z', { unread: 'tail in its zone ended with status 1' }],
    ]);
    expect([[...probes], isWhole]).toEqual([[[28_022, 6]], true]);
  });

  it.each([
    ['key: MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=', 'key: [hidden]'],
    ['{"opts":{"key":"c2VjcmV0LWtleQ"},"id":1}', '{"opts":{"key":"[hidden]"},"id":1}'],
    ['key_pem: Some("abcdefgh"), port: 1', 'key_pem: Some("[hidden]"), port: 1'],
    [
      'opening /data/regions/3f2b1c9e-7d14-4c7a-9a51-0d6c9f6b1a22',
      'opening /data/regions/3f2b1c9e-7d14-4c7a-9a51-0d6c9f6b1a22',
    ],
  ])('hides in %j what may be a secret', (text, shown) => {
    expect(withoutSecrets(text)).toBe(shown);
  });
});

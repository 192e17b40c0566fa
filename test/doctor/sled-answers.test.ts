import { describe, expect, it } from 'vitest';
import { SLED_STEPS, type Judging } from '../../src/doctor/sled-answers.ts';
import { readFacts } from '../../src/doctor/sled-facts.ts';
import type { SledStep } from '../../src/doctor/steps.ts';

const FROM = new Date('2026-11-27T20:00:00.200Z');
const TO = new Date('2026-11-27T20:00:01.700Z');

function judge(step: SledStep, lines: string, change: Partial<Judging> = {}) {
  return SLED_STEPS[step]({
    facts: readFacts(lines),
    noise: [],
    ran: { from: FROM, to: TO },
    serial: null,
    ...change,
  });
}

describe('what a sled said', () => {
  it('is nothing where a question was not answered', () => {
    for (const step of Object.keys(SLED_STEPS) as SledStep[]) expect(judge(step, '')).toBeNull();
  });

  it('brings no control characters, and no lines that are not answers', () => {
    expect(readFacts('Welcome\nask=sh text=\x1b[31mksh\nask\nask=a b\nask=home =x\n')).toEqual([
      { ask: 'sh', text: '?[31mksh' },
    ]);
  });
});

describe('probes', () => {
  const dtrace = 'ask=dtrace state=works text=';
  const seen = (upstairs: number, downstairs: number) =>
    `${dtrace}\nask=probes of=upstairs visible=${upstairs} text=\nask=probes of=downstairs visible=${downstairs} text=\n`;
  const run = (propolis: number, pantry: number, downstairs: number) =>
    `ask=crucible propolis=${propolis} pantry=${pantry} downstairs=${downstairs} dtrace=0\n`;

  it('that a login does not see are never taken for none that there are', () => {
    expect(judge('probes', seen(0, 0) + run(2, 0, 3))).toMatchObject({
      result: 'failed',
      said: 'no probes visible: dtrace_proc, proc_owner and proc_zone are needed',
    });
  });

  it('are none where no process has any', () => {
    expect(judge('probes', seen(0, 0) + run(0, 0, 0))).toMatchObject({ result: 'ok' });
  });

  it('of every process are well, of some are to be looked at', () => {
    expect(judge('probes', seen(3, 2) + run(2, 1, 2))).toMatchObject({
      result: 'ok',
      said: 'of every process',
    });
    expect(judge('probes', seen(3, 0) + run(2, 1, 2))).toMatchObject({ result: 'notice' });
  });

  it('are not asked for where dtrace fails', () => {
    expect(judge('probes', 'ask=dtrace state=fails text=x')).toMatchObject({ result: 'not_tried' });
  });

  it('are not called well where the processes are not known', () => {
    expect(judge('probes', `${seen(3, 2)}ask=crucible text=ps: no\n`)).toMatchObject({ result: 'notice' });
  });
});

describe('the clock', () => {
  const clock = (first: string, last: string) => `ask=clock at=${first}\nask=end at=${last}\n`;

  it.each([
    ['2026-11-27T20:00:00', '2026-11-27T20:00:01', 'ok', 'agrees with ours'],
    // As far off as a second that date does not say, and the time of the command, may explain.
    ['2026-11-27T19:59:58', '2026-11-27T19:59:59', 'ok', 'agrees with ours'],
    ['2026-11-27T19:59:00', '2026-11-27T19:59:01', 'notice', 'behind ours by about 59 s'],
    ['2026-11-27T20:10:00', '2026-11-27T20:10:01', 'notice', 'ahead of ours by about 10 min'],
    ['1986-12-28T00:00:00', '1986-12-28T00:00:01', 'notice', /^behind ours by about \d+ h$/],
  ])('that says %s to %s is %s: %s', (first, last, result, said) => {
    expect(judge('clock', clock(first, last))).toMatchObject({
      result,
      said: typeof said === 'string' ? said : expect.stringMatching(said),
    });
  });

  it('is not called ok where it is unknown when it was read', () => {
    expect(judge('clock', clock('2026-11-27T20:00:00', '2026-11-27T20:00:01'), { ran: null })).toMatchObject({
      result: 'notice',
    });
  });
});

describe('the shell', () => {
  const login = (zone: string, host: string) =>
    `ask=login uid=0 pfexec=no zone=${zone} host=${host} text=/bin/sh\n`;

  it('that is in another zone or on another sled than it should be is told', () => {
    expect(judge('shell', login('global', 'BRM42220001'), { serial: 'BRM42220001' })).toMatchObject({
      result: 'ok',
      said: '/bin/sh, as root, zone global',
    });
    expect(judge('shell', login('global', 'BRM42220009'), { serial: 'BRM42220001' })).toMatchObject({
      result: 'notice',
    });
    expect(judge('shell', login('oxz_switch', 'oxz-switch'))).toMatchObject({ result: 'notice' });
    expect(judge('shell', login('-', 'vm'), { serial: 'BRM42220001' })).toMatchObject({ result: 'ok' });
  });
});

describe('the home', () => {
  it.each([
    ['state=writable free_kib=1000000', 'ok'],
    ['state=writable free_kib=3000', 'notice'],
    ['state=writable free_kib=100', 'failed'],
    ['state=writable free_kib=-', 'notice'],
    ['state=read_only free_kib=1000000', 'failed'],
    ['state=missing free_kib=-', 'failed'],
    ['state=unset free_kib=-', 'failed'],
  ])('with %s is %s', (words, result) => {
    expect(judge('home', `ask=home ${words} text=/root\n`)).toMatchObject({ result });
  });
});

describe('leftovers', () => {
  it.each([
    ['state=absent', 'ok', 'none'],
    ['state=ours sets=2 kib=48 broken=0 locks=1 stale=0', 'ok', 'scripts'],
    ['state=ours sets=2 kib=48 broken=0 locks=0 stale=2', 'notice', '2 locks of runs that are gone'],
    ['state=link', 'failed', '~/.cruc-fleet is a symbolic link, which cruc-fleet never makes'],
    ['state=foreign', 'failed', '~/.cruc-fleet belongs to another user'],
  ])('with %s are %s', (words, result, said) => {
    expect(judge('leftovers', `ask=leftovers ${words}\n`)).toMatchObject({ result, said });
  });
});

describe('dtrace', () => {
  const login = 'ask=login uid=1001 pfexec=1001 zone=global host=x text=/bin/sh\n';

  it('is told with whose privileges it works', () => {
    expect(judge('dtrace', `${login}ask=dtrace state=works text=\n`)).toMatchObject({
      said: 'works, by its own privileges',
      details: 'pfexec gives user 1001',
    });
  });

  it('says what it complained of', () => {
    const text = 'dtrace: failed to initialize dtrace: DTrace device not available on system';
    expect(judge('dtrace', `${login}ask=dtrace state=fails text=${text}\n`)).toMatchObject({
      result: 'failed',
      said: text,
      remedy: expect.stringContaining('global zone'),
    });
  });
});

import { describe, expect, it } from 'vitest';
import { readFailure, readMessages, takeOutMessages } from '../../src/parse/dtrace-messages.ts';

const ended = (exitStatus: number, stderr: string, signalName: string | null = null) => ({
  stdout: '',
  stderr,
  exitStatus,
  signalName,
});

describe('readMessages', () => {
  it('finds nothing in what a good run prints', () => {
    expect(
      readMessages("dtrace: script 'x.d' matched 19 probes\ndtrace: buffer size lowered to 128k\n"),
    ).toEqual([]);
  });

  it('counts drops and faults as missing data', () => {
    const fault =
      'dtrace: error on enabled probe ID 3 (ID 84104: crucible_upstairs1:propolis-server:f:up-status): invalid address (0x0) in action #5 at DIF offset 24';
    const issues = readMessages(
      `dtrace: 17 drops on CPU 3\n${fault}\n${fault}\ndtrace: 12 dynamic variable drops\n`,
    );
    expect(issues.map((issue) => issue.code)).toEqual(['drops', 'fault', 'drops']);
    expect(issues[1]?.message).toMatch(/\(2 times\)$/);
  });

  it('keeps a line that it does not know', () => {
    expect(readMessages('get-ds-state: not understood: x\n')).toEqual([
      { code: 'warning', message: 'get-ds-state: not understood: x' },
    ]);
  });
});

describe('takeOutMessages', () => {
  const DROPS = 'dtrace: 3 drops on CPU 1\n';

  it('gives back the rest to the byte, wherever a message stands', () => {
    const text = 'a line\n  another  \n\nthe last, without an end';
    for (let at = 0; at <= text.length; at++) {
      const mixed = text.slice(0, at) + DROPS + text.slice(at);
      expect(takeOutMessages(mixed)).toEqual({ rest: text, messages: [DROPS.trimEnd()] });
    }
  });

  it('takes out what dtrace says while it prints, and leaves what a script says', () => {
    const said = [
      'dtrace: 4 aggregation drops on CPU 0',
      'dtrace: 12 dynamic variable drops with non-empty rinsing list',
      'dtrace: 1 failed speculation (available buffer(s) still busy)',
      'dtrace: error on enabled probe ID 3 (ID 9: a:b:c:d): invalid address (0x0) in action #1',
      'dtrace: processing aborted: Abort due to systemic unresponsiveness',
      'dtrace: status rate reduced to 2hz',
    ];
    const own = 'dtrace: hello\nnot dtrace: 3 lines\n';
    expect(takeOutMessages(`${said.join('\n')}\r\n${own}`)).toEqual({ rest: own, messages: said });
  });

  it('leaves a message in the middle of a line that does not end as one does', () => {
    for (const line of ['a dtrace: 3 drops on CPU 1a666 b\n', 'a dtrace: 3 drops b\n']) {
      expect(takeOutMessages(`${line}c\n`)).toEqual({ rest: `${line}c\n`, messages: [] });
    }
  });

  it('takes out a message that the text ends in', () => {
    expect(takeOutMessages('x\ndtrace: 3 drops on CPU 1')).toEqual({
      rest: 'x\n',
      messages: ['dtrace: 3 drops on CPU 1'],
    });
  });
});

it('of many different messages the first are told, and the others counted', () => {
  const issues = readMessages(
    Array.from({ length: 1000 }, (_, i) => `dtrace: ${i} drops on CPU 1\n`).join(''),
  );
  expect(issues).toHaveLength(51);
  expect(issues.at(-1)?.message).toBe('950 more issues like these');
});

describe('readFailure', () => {
  it.each([
    ['dtrace: failed to initialize dtrace: DTrace requires additional privileges\n', 1, 'dtrace_privileges'],
    ['dtrace: failed to initialize dtrace: DTrace device not available on system\n', 1, 'no_dtrace'],
    ['sh: dtrace: not found\n', 127, 'no_dtrace'],
    ['dtrace: failed to compile script x.d: line 3: syntax error\n', 1, 'dtrace'],
    ['', 3, 'exit_status'],
  ])('takes %j with status %d for %s', (stderr, status, code) => {
    expect(readFailure('get-ds-state.sh', ended(status, stderr)).code).toBe(code);
  });

  it("gives dtrace's own message, and what had been printed", () => {
    const error = readFailure(
      's.sh',
      ended(1, 'dtrace: failed to compile script x.d: line 3: syntax error\nmore\n'),
    );
    expect(error.message).toBe(
      'dtrace failed with status 1: dtrace: failed to compile script x.d: line 3: syntax error',
    );
    expect(error.partial?.stderr).toContain('more');
  });

  it('names the signal that ended a script', () => {
    expect(readFailure('s.sh', ended(143, '', 'TERM')).message).toContain('signal TERM');
  });
});

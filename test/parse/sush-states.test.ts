import { describe, expect, it } from 'vitest';
import { readSushStates } from '../../src/parse/sush-states.ts';

const NAME = '913-0000019:BRM42220014';

describe('the states of a job of sush', () => {
  it('tell how it ended, and what there is to fetch', () => {
    const output = { stdout_len: 7, stderr_len: 0, stdout_hash: 'aa', stderr_hash: 'bb' };
    const stopped = { job_id: 'j', time_started: 'x', result: { Ok: 3 }, output };
    expect(readSushStates({ [NAME]: { Stopped: stopped } })?.get('BRM42220014')).toEqual({
      word: 'Stopped',
      jobId: 'j',
      status: 3,
      why: null,
      stdout: { length: 7, hash: 'aa' },
      stderr: { length: 0, hash: 'bb' },
    });
  });

  it('tell why it did not end', () => {
    const states = readSushStates({
      'a:S1': { Stopped: { job_id: 'j', result: { Err: { Killed: 9 } } } },
      'a:S2': { Stopped: { job_id: 'j', result: { Err: 'OutputLimitExceeded' } } },
      'a:S3': 'Queued',
      'a:S4': { Started: {} },
      'a:S5': { Error: 'no such target' },
    });
    expect([...(states ?? [])].map(([serial, { word, status, why }]) => [serial, word, status, why])).toEqual(
      [
        ['S1', 'Stopped', null, 'Killed 9'],
        ['S2', 'Stopped', null, 'OutputLimitExceeded'],
        ['S3', 'Queued', null, null],
        ['S4', 'Started', null, null],
        ['S5', 'Error', null, 'no such target'],
      ],
    );
  });

  it.each([
    [undefined],
    [{}],
    [{ session_started: 'f00d' }],
    [{ target: NAME }],
    [[1]],
    [{ [NAME]: { a: 1, b: 2 } }],
  ])('are not in %j', (value) => {
    expect(readSushStates(value as never)).toBeNull();
  });
});

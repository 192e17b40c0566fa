import { describe, expect, it } from 'vitest';
import type { Reading } from '../../src/model/probe.ts';
import { columnsOfRows, destructiveReason, ownScript, withTimeLimit } from '../../src/kinds/own-script.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { result } from '../support/scripted-transport.ts';

function answer(reading: Reading) {
  if (reading.status !== 'answer') throw new Error(`no answer: ${reading.error.message}`);
  return reading;
}

const script = ownScript('mine.d', 'mine.d', []);
const read = (stdout: string, stderr = '') => answer(script.read(result(stdout, 0, stderr), SETTINGS));

describe('what makes a script destructive', () => {
  it.each([
    ['BEGIN { stop(); }', 'it uses stop()'],
    ['BEGIN { raise (9); }', 'it uses raise()'],
    ['BEGIN { copyoutstr("x", arg0, 2); }', 'it uses copyoutstr()'],
    ['BEGIN\n{\n\tfreopen("/tmp/x");\n}', 'it uses freopen()'],
    ['  #pragma D option destructive\nBEGIN {}', 'it has the option destructive'],
    ['BEGIN { /* not " this */ system("x"); /* nor " this */ }', 'it uses system()'],
  ])('%j', (text, reason) => {
    expect(destructiveReason(text)).toBe(reason);
  });

  it.each([
    'BEGIN { printf("system(%d)", 1); }',
    '/* panic() */ BEGIN {}',
    'BEGIN { this->stopped = 1; systemic = 2; }',
    'BEGIN { printf("a \\" stop() \\" b"); }',
    '/* #pragma D option destructive */ BEGIN {}',
  ])('is not in %j', (text) => {
    expect(destructiveReason(text)).toBeNull();
  });
});

it('ends a script by a clause of its own, whatever the last line of the script is', () => {
  expect(withTimeLimit('BEGIN {}', 7)).toMatch(/^BEGIN \{\}\n[^]*\ntick-7s\n\{\n\texit\(0\);\n\}\n$/);
});

describe('the output of a script', () => {
  it('is split into rows, distributions and text', () => {
    const picture = [
      '  read',
      '           value  ------------- Distribution ------------- count    ',
      '             512 |                                         0        ',
      '            1024 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 2        ',
      '            2048 |                                         0        ',
      '',
    ];
    const text = ['hello', 'PID JOBS', '12 9007199254740993', '', ...picture, ''].join('\n');
    const { rows, distributions, text: rest, issues } = read(text);
    expect(issues).toEqual([]);
    expect(rows).toEqual([{ pid: 12, jobs: '9007199254740993' }]);
    expect(distributions).toMatchObject([{ keys: { key_1: 'read' } }]);
    expect(rest).toBe('hello\n');
  });

  it('loses no column to one of the same name, nor to those that say where a row comes from', () => {
    expect(read('SLED PID PID JOBS\nmine 12 13 4\n').rows).toEqual([
      { script_sled: 'mine', pid: 12, pid_2: 13, jobs: 4 },
    ]);
  });

  it('is not that our clause ended it, which dtrace prints where the script is not quiet', () => {
    const fired = (name: string) => `  0  61234 ${name.padStart(32)} \n`;
    const header = 'CPU     ID                    FUNCTION:NAME\n';
    expect(read(`${header}${fired('read:entry')}${fired(':tick-3s')}`).text).toBe('read:entry\n');
    expect(read(`${header}${fired(':tick-3s')}${fired(':tick-3s')}`).text).toBe(':tick-3s\n');
    expect(read(`${header}${fired(':tick-1s')}`).text).toBe(':tick-1s\n');
  });

  it('keeps a count past 2^53 exact', () => {
    const count = '18446744073709551615';
    const { rows } = read(`  ${'propolis-server'.padEnd(50)} ${count.padStart(16)}\n`);
    expect(rows).toEqual([{ key_1: 'propolis-server', count }]);
  });

  it('that a histogram is cut in is an answer in part', () => {
    const { distributions, issues } = read(
      '\n  read\n           value  ------------- Distribution ------------- count    \n            1024 |@@@@',
    );
    expect(issues.length).toBeGreaterThan(0);
    expect(distributions).toHaveLength(1);
  });

  it('is less than whole where dtrace dropped or faulted', () => {
    const stderr =
      'dtrace: 17 drops on CPU 3\ndtrace: 4 dynamic variable drops\n' +
      'dtrace: error on enabled probe ID 5 (ID 91: x:y:z:w): invalid address (0x0) in action #1\n' +
      'dtrace: error on enabled probe ID 5 (ID 91: x:y:z:w): invalid address (0x0) in action #1\n';
    expect(read('', stderr).issues).toEqual([
      { code: 'drops', message: 'dtrace: 17 drops on CPU 3' },
      { code: 'drops', message: 'dtrace: 4 dynamic variable drops' },
      { code: 'fault', message: expect.stringMatching(/invalid address \(0x0\) in action #1 \(2 times\)$/) },
    ]);
  });

  it('of a dtrace that failed is no answer', () => {
    const reading = script.read(
      result('', 1, 'dtrace: failed to compile script mine.d: line 3: syntax error\n'),
      SETTINGS,
    );
    expect(reading).toMatchObject({ status: 'failure', error: { code: 'dtrace' } });
  });
});

it('makes columns of what rows have, in the order in which they come', () => {
  const columns = columnsOfRows([
    { pid: 1, name: 'a' },
    { pid: 2, more: 'b' },
  ]);
  expect(columns.map(({ name, heading, kind }) => [name, heading, kind])).toEqual([
    ['pid', 'PID', 'count'],
    ['name', 'NAME', 'text'],
    ['more', 'MORE', 'text'],
  ]);
});

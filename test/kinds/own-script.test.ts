import { describe, expect, it } from 'vitest';
import type { Reading } from '../../src/model/probe.ts';
import { columnsOfRows, destructiveReason, ownScript, withTimeLimit } from '../../src/kinds/own-script.ts';
import { scriptHabits } from '../../src/kinds/script-habits.ts';
import { drawQuantize } from '../parse/draw-histogram.ts';
import { fixture } from '../parse/fixtures.ts';
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

  it('has keys of its own that are named as those of a sled under another name', () => {
    const { distributions } = read(`sled=x type=read${drawQuantize(new Map([[1024n, 3n]]))}\n`);
    expect(distributions).toMatchObject([{ keys: { script_sled: 'x', type: 'read' } }]);
    expect(distributions?.[0]?.keys).not.toHaveProperty('sled');
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
    expect(issues.map(({ message }) => message).join('; ')).toMatch(/of read is cut/);
    // Not one count of it arrived: a histogram of 0 samples would be invented.
    expect(distributions).toEqual([]);
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

  it('of a dtrace that failed is not an answer', () => {
    const reading = script.read(
      result('', 1, 'dtrace: failed to compile script mine.d: line 3: syntax error\n'),
      SETTINGS,
    );
    expect(reading).toMatchObject({ status: 'failure', error: { code: 'dtrace' } });
  });
});

describe('prints that a script repeats', () => {
  const number = (key: string, count: number) => `  ${key.padEnd(50)} ${String(count).padStart(16)}\n`;
  const twice = `\n${number('read', 5)}${number('write', 7)}\n${number('read', 9)}`;
  const readAs = (d: string, text: string) =>
    answer(ownScript('mine.d', 'mine.d', [], scriptHabits(d)).read(result(text), SETTINGS));
  const COUNT = 'x:::y { @n[probename] = count(); }\n';

  it('of numbers count by the last of each key where it never empties them, and that is said', () => {
    const { rows, notes } = readAs(`${COUNT}tick-1s { printa(@n); }`, twice);
    expect(rows).toEqual([
      { key_1: 'write', count: 7 },
      { key_1: 'read', count: 9 },
    ]);
    expect(notes).toEqual([expect.stringMatching(/counts several times and never empties them/)]);
  });

  it('of numbers are all there, each with its print, where it empties them, or nothing says', () => {
    const rows = [
      { key_1: 'read', print: 1, count: 5 },
      { key_1: 'write', count: 7 },
      { key_1: 'read', print: 2, count: 9 },
    ];
    expect(readAs(`${COUNT}tick-1s { printa(@n); trunc(@n); }`, twice)).toMatchObject({ rows, notes: [] });
    expect(read(twice)).toMatchObject({ rows, issues: [] });
  });

  it('of numbers of two aggregations are told apart by their order where each is printed once', () => {
    const two = 'x:::y { @n[probename] = count(); @m[probename] = sum(arg0); }';
    expect(readAs(two, `\n${number('read', 5)}${number('read', 4096)}`).rows).toEqual([
      { key_1: 'read', aggregation: '1 of 2', count: 5 },
      { key_1: 'read', aggregation: '2 of 2', count: 4096 },
    ]);
  });

  it('at its end by dtrace itself have no title of another aggregation', () => {
    const two = 'x:::y { @q[probename] = quantize(1); @r[probename] = quantize(1); }\n';
    const d = `${two}tick-1s { printf("q:\\n"); printa("%s%@d\\n", @q); printf("r:\\n"); printa(@r); }`;
    const picture = (count: bigint) => `${drawQuantize(new Map([[1024n, count]]))}\n`;
    const text = `q:\nr:\n\n  ${'read'.padEnd(50)}${picture(5n)}\n  ${'read'.padEnd(50)}${picture(7n)}`;
    expect(readAs(d, text).distributions?.map(({ keys }) => keys)).toEqual([
      { key_1: 'read', title: 'r:' },
      { key_1: 'read', title: null },
    ]);
  });

  it('of two numbers a line have the first as a value beside the count', () => {
    const line = `  ${'read'.padEnd(50)} ${'5'.padStart(16)} ${'4096'.padStart(16)}\n`;
    const d = 'x:::y { @n[probename] = count(); @m[probename] = sum(arg0); } END { printa(@n, @m); }';
    expect(readAs(d, `\n${line}`).rows).toEqual([{ key_1: 'read', value_1: 5, count: 4096 }]);
  });

  it('of a number beside a histogram are a row with its keys, unless it is the count of the histogram', () => {
    const picture = drawQuantize(new Map([[1024n, 30n]]));
    const d = 'x:::y { @s[probename] = sum(arg0); @q[probename] = quantize(arg0); } END { printa(@s, @q); }';
    const line = (value: number) => `\n  ${'read'.padEnd(50)} ${String(value).padStart(16)}${picture}\n`;
    expect(readAs(d, line(4096))).toMatchObject({
      rows: [{ key_1: 'read', count: 4096 }],
      distributions: [{ keys: { key_1: 'read' } }],
    });
    expect(readAs(d, line(30))).toMatchObject({ rows: [], distributions: [{ keys: { key_1: 'read' } }] });
    const after = `\n  ${'read'.padEnd(50)}${picture} ${'4096'.padStart(16)}\n`;
    expect(readAs(d.replace('@s, @q', '@q, @s'), after)).toMatchObject({
      rows: [{ key_1: 'read', count: 4096 }],
      distributions: [{ keys: { key_1: 'read' } }],
      text: '',
    });
  });

  it('that -x agghist draws are numbers too', () => {
    const row = (key: string, bar: number, count: number) =>
      `${key.padStart(16)} |${'@'.repeat(bar).padEnd(40)} ${String(count).padEnd(9)}\n`;
    const text = `\n${'key'.padStart(17)} ${'------------- Distribution -------------'.padStart(41)} count    \n ${row('read', 10, 5)} ${row('write', 30, 15)}\n`;
    expect(read(text)).toMatchObject({
      rows: [
        { key_1: 'read', count: 5 },
        { key_1: 'write', count: 15 },
      ],
      text: '',
    });
  });

  it('that -x agghist draws below zero have their bars on the left', () => {
    const row = (key: string, bar: number, count: number) =>
      ` ${key.padStart(16)} ${'@'.repeat(bar).padStart(40)}| ${String(count).padEnd(9)}\n`;
    const text = `\n${'key'.padStart(17)} ${'------------- Distribution -------------'.padStart(41)} count    \n${row('read', 10, -5)}${row('a b', 30, -15)}\n`;
    expect(read(text).rows).toEqual([
      { key_1: 'read', count: -5 },
      { key_1: 'a b', count: -15 },
    ]);
  });

  it('that -x aggpack draws have no counts of their buckets, and stay text', () => {
    const text = fixture('cases/d21-aggpack/in.txt');
    expect(read(text)).toMatchObject({
      rows: [],
      distributions: [],
      issues: [],
      text: text.replace(/^\n/, ''),
    });
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

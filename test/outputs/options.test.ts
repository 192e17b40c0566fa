import { describe, expect, it } from 'vitest';
import { OUTPUTS } from '../../src/outputs/index.ts';
import { firstVersion } from '../cli/first-version/first-version.ts';
import { run } from '../support/run-program.ts';

/** Formats of reports, tried through the program on runs that were recorded. */
const FORMATS = OUTPUTS.filter(({ contents }) => 'shown' in contents.rows);
const cwd = firstVersion('recordings');
const replay = (...argv: readonly string[]) => run(['replay', ...argv], { cwd });

const replayed = new Map<string, ReturnType<typeof run>>();

/** The same, once: several tests look at what a format makes of a whole recording. */
function replayOnce(...argv: readonly string[]): ReturnType<typeof run> {
  const key = argv.join('\n');
  const ended = replayed.get(key) ?? replay(...argv);
  replayed.set(key, ended);
  return ended;
}

/** What a user's own script printed: rows, distributions and this. */
const SAID = 'the script has ended, and says so in words';

describe.each(FORMATS)('-o $name', ({ name: format, contents: { distributions, texts } }) => {
  it.each(['--columns', '--sort-by'])(
    'refuses %s of a column that the probe does not have',
    async (option) => {
      const inventory = ['-i', '/nonexistent/inventory.yaml'];
      const live = [
        ['ds-state', ...inventory],
        ['run', 'tracegw', ...inventory],
        ['push', ...inventory],
      ].map((argv) => run([...argv, '-o', format, option, 'zoen']));
      for (const each of [...live, replay('ds-state', '-o', format, option, 'zoen')]) {
        const { status, stdout, stderr } = await each;
        expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
        expect(stderr).toContain(`${option}: there is no column 'zoen'; the columns are rack, sled, `);
      }
    },
  );

  it.each(['--columns', '--sort-by'])(
    'shows all that a script printed, and says that it has no column of %s',
    async (option) => {
      const whole = await replayOnce('mixed', '-o', format);
      const { status, stdout, stderr } = await replay('mixed', '-o', format, option, 'pid,zoen');
      expect(status).toBe(64);
      const sorted = (text: string) => text.split('\n').sort();
      expect(sorted(stdout)).toEqual(sorted(whole.stdout));
      expect(stderr).toContain(`${option}: there is no column 'zoen'; the columns are rack, sled, `);
    },
  );

  it('takes no --columns for distributions, unless they are labels', async () => {
    const { status, stdout, stderr } = await replay('perf-vol', '-o', format, '--columns', 'serial');
    if ('takesColumns' in distributions) {
      expect(stdout).toMatch(/serial="BRM42220000"/);
      expect(status).toBe(3);
    } else {
      expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
      expect(stderr).toContain(
        'refused' in distributions
          ? distributions.refused
          : '--columns: the probe perf-vol gives distributions, no table; --by chooses',
      );
    }
    const sorted = await replay('perf-vol', '-o', format, '--sort-by', 'serial');
    expect({ status: sorted.status, stdout: sorted.stdout }).toEqual({ status: 64, stdout: '' });
  });

  it.each(['ds-state', 'perf-vol', 'mixed'])(
    '--no-headers leaves out headings and nothing else: %s',
    async (name) => {
      const argv = name === 'perf-vol' ? [name, '--summary'] : [name];
      const whole = await replayOnce(...argv, '-o', format);
      const bare = await replay(...argv, '-o', format, '--no-headers');
      // A column may be narrower without its heading.
      const linesOf = (text: string) => text.split('\n').map((line) => line.replaceAll(/ +/g, ' ').trim());
      const left = new Set(linesOf(bare.stdout));
      const lost = linesOf(whole.stdout).filter((line) => !left.has(line));
      for (const line of lost) expect(line).not.toMatch(/BRM4222|oxz_|\b(read|flush)\b|\b645\b/);
      if (['table', 'wide', 'csv'].includes(format)) expect(lost.join()).toMatch(/RACK|TYPE|rack|type/);
      if (['json', 'yaml', 'ndjson'].includes(format)) expect(lost).toEqual([]);
      expect(bare.status).toBe(whole.status);
    },
  );

  it('has what a script printed that is neither rows nor distributions, or says that it has not', async () => {
    const { status, stdout, stderr } = await replayOnce('mixed', '-o', format);
    expect(stdout.includes(SAID)).toBe('shown' in texts);
    if ('shown' in texts) return;
    expect(status).toBe(64);
    expect(stderr).toContain(`sled 3/[0-1] (2)\n${SAID}\n\n`);
    expect(stderr).toContain(`-o ${format}: ${texts.refused}`);
  });
});

describe('an option that a recording has no use for', () => {
  it.each([
    ['ds-state', '--heatmap'],
    ['ds-state', '--by=sled'],
    ['push', '--zone=x'],
    ['clean', '--compare'],
    ['exec', '--summary'],
  ])('is refused: of %s, %s', async (name, option) => {
    const { status, stdout, stderr } = await replay(name, option);
    const [flag] = option.split('=');
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^cruc-fleet: ${flag}: does not apply to a recording of [\\w-]+\n$`));
  });
});

describe('-o name', () => {
  it('has the keys of distributions, by what is measured and whose it is', async () => {
    const all = await replay('perf-vol', '-o', 'name', '--by', 'type');
    expect(all.stdout).toBe('flush\nread\nwrite\nwrite-unwritten\n');
    const { stdout } = await replay('perf-vol', '-o', 'name', '--by', 'sled,volume');
    expect(stdout).toMatch(/^3\/BRM42220000\/[0-9a-f-]{36}\/read$/m);
    const fleet = await replay('perf-vol', '-o', 'name', '--by', 'fleet');
    expect(fleet.stdout).toBe('all\n');
  });

  it('is made of --columns where they are given', async () => {
    const { stdout } = await replay('tracegw', '-o', 'name', '--columns', 'serial,type');
    expect(stdout.split('\n')[0]).toBe('BRM42220000/read');
  });
});

describe('-o csv', () => {
  it('has all that a script printed in one table', async () => {
    const { stdout } = await replay('mixed', '-o', 'csv');
    const [headings, ...records] = stdout.trimEnd().split('\r\n');
    expect(headings).toBe(
      'rack,sled,serial,cubby,zone,pid,seen,key_1,count,shape,unit,low,high,bucket_count,line,text,sled_status,sled_error',
    );
    expect(records).toContain(`3,3/BRM42220000,BRM42220000,0,,,,654,8,,,,,,,,answered,`);
    expect(records).toContain(`,,,,,,,654,,quantize,,524288,1048575,1,,,answered,`);
    expect(records).toContain(`3,3/BRM42220001,BRM42220001,1,,,,,,,,,,,1,"${SAID}",answered,`);
    for (const record of records) expect(record.replaceAll(/"[^"]*"/g, '').split(',')).toHaveLength(18);
  });

  it('keeps the line ends of what a command printed', async () => {
    const { stdout } = await replay('exec', '-o', 'csv');
    expect(stdout).toContain('3,3/BRM42220000,BRM42220000,0,1,,"SunOS\n","trouble\n",answered,\r\n');
  });
});

describe('a format that is of another command', () => {
  it.each([
    ['ds-state', '-i', '/nonexistent', '-o', 'plugin'],
    ['run', 'perf-vol', '-i', '/nonexistent', '-o', 'plugin'],
    ['exec', '-r', '*', '-i', '/nonexistent', '-o', 'plugin', '--', 'uname'],
    ['replay', 'exec', '-o', 'plugin'],
  ])('is refused before anything is done: %s %s', async (...argv) => {
    const { status, stdout, stderr } = await run(argv, { cwd });
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toMatch(/plugin.*Allowed choices are table, wide/s);
  });
});

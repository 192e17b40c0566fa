import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSledBlocks } from '../../src/pasted/sled-blocks.ts';
import { parseStatusDialects } from '../../src/pasted/status-dialects.ts';
import { fixture } from '../parse/fixtures.ts';

/** Name, cubby, whether it ended well, and the lines of each block; null stands for nobody. */
function blocksIn(text: string) {
  return splitSledBlocks(text)?.blocks.map(({ heading, why, lines }) =>
    heading === null
      ? [null, why, lines]
      : [
          heading.sleds.map(({ name, cubby }) => (cubby === null ? name : `${cubby}:${name}`)).join(),
          heading.ok,
          lines,
        ],
  );
}

const ROW = 'oxz_a 1 ACT ACT ACT';

describe('a screen of watch on another sled', () => {
  it('ends the lines of the sled before it', () => {
    const screen = (serial: string) => `Every 2.0s: x   ${serial}: Sat Nov 28 10:00:00`;
    const text = ` 8  BRM44220011        ok: ${ROW}\n${screen('BRM44220011')}\n${ROW}\n${screen('BRM42220014')}\n${ROW}\n`;
    expect(blocksIn(text)).toEqual([
      ['8:BRM44220011', true, [ROW, screen('BRM44220011'), ROW]],
      [null, expect.stringMatching(/could not be read$/), [ROW]],
    ]);
  });
});

describe('a name between dashes that cannot be read', () => {
  it('ends the lines of the sled before it', () => {
    const rule = '---------------';
    const text = `${rule}\nBRM42220014\n${rule}\n${ROW}\n${rule}\nno name !\n${rule}\n${ROW}\n`;
    expect(blocksIn(text)).toEqual([
      ['BRM42220014', null, [ROW]],
      [null, expect.stringMatching(/could not be read$/), [rule, 'no name !', rule, ROW]],
    ]);
  });
});

describe('a row behind a prompt', () => {
  it("is nobody's, and so is what follows", () => {
    const text = ` 8  BRM44220011        ok: ${ROW}\nroot@sw:~# ${ROW}\n${ROW}\n`;
    expect(blocksIn(text)).toEqual([
      ['8:BRM44220011', true, [ROW]],
      [null, expect.stringMatching(/^after a prompt/), [`root@sw:~# ${ROW}`, ROW]],
    ]);
  });
});

describe('blocks of pilot host exec', () => {
  it('give each sled its lines, the first from the line of its own', () => {
    expect(blocksIn(fixture('pilot-host-exec/lr-state.txt'))).toEqual([
      ['8:BRM44220011', true, ['BRM44220011', 'oxz_propolis-server_7f810e9c 19793 e1a38744 0 0 0 0 0 0']],
      ['9:BRM44220005', true, ['BRM44220005']],
      [
        '10:BRM42220036',
        false,
        ['ssh: connect to host fe80::aa40:25ff:fe04:614%tfportrear10_0 port 22: timed out'],
      ],
    ]);
  });

  it('leave lines that the dialects read', () => {
    const { blocks } = splitSledBlocks(fixture('pilot-host-exec/ds-state.txt'))!;
    const parsed = blocks.map((block) => parseStatusDialects(`${block.lines.join('\n')}\n`, 'ds-state'));
    expect(parsed.map(({ rows, issues }) => [rows.length, issues.length])).toEqual([
      [2, 0],
      [0, 0],
    ]);
  });

  it.each([
    [' 8  BRM44220011        ok: x', '8:BRM44220011', true],
    ['22  2F7QK022           ok: x', '22:2F7QK022', true],
    ['       8  BRM44220011        ok: x', '8:BRM44220011', true],
    ['\t8\tBRM44220011\tok: x', '8:BRM44220011', true],
    [' 8  BRM44220011        failure: exit code 1', '8:BRM44220011', false],
    [' 8  BRM44220011        timed out', '8:BRM44220011', null],
    ['BRM44220011        ok: x', 'BRM44220011', true],
    ['99  BRM44220011        ok: x', 'BRM44220011', true],
    [' 3  EX4MPLE-1          ok: x', '3:EX4MPLE-1', true],
  ])('%j is the heading of %s', (line, name, ok) => {
    expect(blocksIn(`${line}\n${ROW}\n`)).toEqual([[name, ok, [expect.any(String), ROW]]]);
  });

  it.each([
    '',
    ' 8  ERRORS found: 3\n',
    `BRM44220011 get-ds-state: ${ROW}\n`,
    '22 AA11BB22 C0B92059 ACT ACT ACT\n',
    '  0  80003                         :tick-5s \n',
    ' read-start:1300    read-done:1300\n',
  ])('%j is no heading', (text) => {
    expect(splitSledBlocks(text)).toBeNull();
  });

  it('are none in what the seed’s scripts print', () => {
    for (const name of [
      'get-ds-state',
      'all_downstairs',
      'perf-vol',
      'trace-vol',
      'upstairs_action',
      'perfgw',
    ]) {
      expect(splitSledBlocks(fixture(`seed/${name}.txt`))).toBeNull();
    }
  });

  it('keep lines before the first sled as nobody’s', () => {
    expect(blocksIn(`${ROW}\n 8  BRM44220011        ok: x\n`)).toEqual([
      [null, 'before the first heading of a sled', [ROW]],
      ['8:BRM44220011', true, ['x']],
    ]);
  });

  it.each([
    // The serial is cut, or is none; the word is there.
    ' 9  brm44220005        ok: ',
    ' 9  BRM4               ok: oxz_z 9 FLT FLT FLT',
    '220005        ok: ',
    // Nothing but the name of another sled is there.
    'sled BRM44220005 is next:',
    'BRM44220005 | WHATEVER => ',
    '==> 9.txt',
  ])('give no row behind %j to the sled before it', (line) => {
    const blocks = blocksIn(` 8  BRM44220011        ok: x\n${ROW}\n${line}\noxz_b 2 ACT ACT ACT\n`) ?? [];
    expect(blocks[0]).toEqual(['8:BRM44220011', true, ['x', ROW]]);
    expect(blocks.slice(1).map(([name]) => name)).not.toContain('8:BRM44220011');
    expect(blocks).toHaveLength(2);
  });

  it('end at a prompt: what follows is from another command', () => {
    const text = ` 8  BRM44220011        ok: x\nroot@oxz_switch0:~# cat of-another-sled.txt\n${ROW}\n`;
    expect(blocksIn(text)).toEqual([
      ['8:BRM44220011', true, ['x']],
      [null, 'after a prompt, so they are of another command', [ROW]],
    ]);
  });

  it('keep all that a failed command said, whatever it looks like', () => {
    const text = ' 8  BRM44220011        failure: exit code 255\nno route to BRM44220005\nerror: gone\n';
    expect(blocksIn(text)).toEqual([
      ['8:BRM44220011', false, ['exit code 255', 'no route to BRM44220005', 'error: gone']],
    ]);
  });
});

describe('headings of other tools', () => {
  it.each([
    ['BRM42220014 | CHANGED | rc=0 >>', 'BRM42220014', true, []],
    ['BRM42220014 | FAILED | rc=1 >>', 'BRM42220014', false, ['failed, rc=1']],
    ['sled14.lab | UNREACHABLE! => {', 'sled14.lab', false, ['unreachable']],
    ['BRM42220014.lab | SUCCESS | rc=0 | (stdout) x', 'BRM42220014', true, ['x']],
    ['==> /tmp/out/BRM42220014.txt <==', 'BRM42220014', null, []],
    ['[1] 16:05:57 [SUCCESS] sled14', 'sled14', true, []],
    [
      '[2] 16:05:57 [FAILURE] sled15 Exited with error code 255',
      'sled15',
      false,
      ['Exited with error code 255'],
    ],
    [' » 913-0000019:BRM42220014 « ', 'BRM42220014', null, []],
    ['sled 3/BRM42220014', 'BRM42220014', true, []],
    ['sled 3/[0-1] 4/2 (3), no output', '0:0,1:1,2:2', true, []],
    ['sled 3/BRM4222[0014-0015] (2), status 3', 'BRM42220014,BRM42220015', false, ['status 3']],
    ['=== BRM42220014 ===', 'BRM42220014', null, []],
    ['### sled 14 (BRM42220014):', '14:BRM42220014', null, []],
    ['---\nBRM42220014\n---', 'BRM42220014', null, []],
    ['---------------\nsled[08-10,12] (4)\n---------------', 'sled08,sled09,sled10,sled12', null, []],
    ['----\na1,b[2-3]x\n----', 'a1,b2x,b3x', null, []],
  ])('%j is one', (heading, name, ok, lines) => {
    expect(blocksIn(`${heading}\n${ROW}\n`)).toEqual([[name, ok, [...lines, ROW]]]);
  });

  it('say who failed, and nothing of what follows', () => {
    expect(blocksIn(`--\n`)).toBeUndefined();
    const text = `---\na1\n---\n${ROW}\nclush: a[2-3] (2): exited with exit code 255\noxz_b 2 ACT ACT ACT\n`;
    expect(blocksIn(text)).toEqual([
      ['a1', null, [ROW]],
      ['a2,a3', false, ['exited with exit code 255']],
      [null, 'after a message about another sled', ['oxz_b 2 ACT ACT ACT']],
    ]);
  });

  it('that are the sled’s own name again are what `hostname` printed', () => {
    expect(blocksIn(` 8  BRM44220011        ok: x\nBRM44220011\n${ROW}\n`)).toEqual([
      ['8:BRM44220011', true, ['x', ROW]],
    ]);
  });
});

describe('splitSledBlocks', () => {
  it('are none where rows stand before the first and nothing behind the last', () => {
    expect(splitSledBlocks(`${ROW}\nBRM42220014\n${ROW}\nBRM42220036\n\n`)).toBeNull();
    expect(blocksIn(`${ROW}\nBRM42220014\n${ROW}\n`)?.map(([name]) => name)).toEqual([null, 'BRM42220014']);
  });

  it('takes no dash between lines of dashes for the name of a sled', () => {
    expect(splitSledBlocks('---\n-\n---\nx\n')).toBeNull();
    expect(splitSledBlocks('---\nlab2\n---\nx\n')?.blocks.map(({ lines }) => lines)).toEqual([['x']]);
  });

  it('never throws, and loses no line that is not blank', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        ' 8  BRM44220011        ok: x',
        '31 BRM42220014 err:',
        '---',
        'a b',
        '==> x <==',
        'clush: a: gone',
        'a | FAILED => {',
      ),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
        const text = lines.join('\n');
        const split = splitSledBlocks(text);
        if (split === null) return;
        // A line that is all heading is a name.
        const names = split.blocks.filter((block) => block.heading?.first === '').length;
        const kept = names + split.blocks.flatMap((block) => block.lines).length;
        const said = text
          .split('\n')
          .filter((each) => each.trim() !== '' && !/[#$]|dtrace|Password|\^|---|==>|\||^.{0,9}B/.test(each));
        expect(kept).toBeGreaterThanOrEqual(said.length);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitPilotBlocks } from '../../src/pasted/pilot-blocks.ts';
import { parseStatusDialects } from '../../src/pasted/status-dialects.ts';
import { fixture } from '../parse/fixtures.ts';

describe('splitPilotBlocks', () => {
  it('gives each sled its lines, the first from the line of its own', () => {
    expect(splitPilotBlocks(fixture('pilot-host-exec/lr-state.txt'))).toEqual([
      {
        cubby: 8,
        serial: 'BRM44220011',
        ok: true,
        lines: ['BRM44220011', 'oxz_propolis-server_7f810e9c 19793 e1a38744 0 0 0 0 0 0'],
      },
      { cubby: 9, serial: 'BRM44220005', ok: true, lines: ['BRM44220005'] },
      {
        cubby: 10,
        serial: 'BRM42220036',
        ok: false,
        lines: ['ssh: connect to host fe80::aa40:25ff:fe04:614%tfportrear10_0 port 22: timed out'],
      },
    ]);
  });

  it('leaves lines that the dialects read', () => {
    const blocks = splitPilotBlocks(fixture('pilot-host-exec/ds-state.txt')) ?? [];
    const parsed = blocks.map((block) => parseStatusDialects(`${block.lines.join('\n')}\n`, 'ds-state'));
    expect(parsed.map(({ rows, issues }) => [rows.length, issues.length])).toEqual([
      [2, 0],
      [0, 0],
    ]);
    expect(blocks.map((block) => block.cubby)).toEqual([8, 14]);
  });

  it('keeps lines before the first sled as a block of nobody', () => {
    const blocks = splitPilotBlocks('oxz_a 1 ACT ACT ACT\n 8  BRM44220011        ok: x\n');
    expect(blocks?.map((block) => [block.cubby, block.serial, block.lines])).toEqual([
      [null, null, ['oxz_a 1 ACT ACT ACT']],
      [8, 'BRM44220011', ['x']],
    ]);
  });

  it('knows texts that are no such paste', () => {
    for (const text of [
      '',
      fixture('seed/get-ds-state.txt'),
      fixture('seed/all_downstairs.txt'),
      fixture('seed/perf-vol.txt'),
      '99  BRM44220011        ok: x\n',
      ' 8  ERRORS found: 3\n',
    ]) {
      expect(splitPilotBlocks(text)).toBeNull();
    }
  });

  it('never throws, and loses no line that is not blank', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(' 8  BRM44220011        ok: x', '31 BRM42220014 err:', 'a b'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
        const text = lines.join('\n');
        const blocks = splitPilotBlocks(text);
        if (blocks === null) return;
        const kept = blocks.flatMap((block) => block.lines).length;
        const said = text
          .split('\n')
          .filter((each) => each.trim() !== '' && !/[#$]|dtrace|Password|\^C/.test(each));
        expect(kept).toBeGreaterThanOrEqual(said.length);
      }),
    );
  });
});

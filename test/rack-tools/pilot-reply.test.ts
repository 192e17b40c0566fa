import { describe, expect, it } from 'vitest';
import { FleetError } from '../../src/model/error.ts';
import { readPilotReply } from '../../src/rack-tools/pilot-reply.ts';

const begin = (host: string) => `cruc-fleet 0123456789ab begin 1 ${host} probe=x seconds=1 interval=0`;
const END = 'cruc-fleet 0123456789ab end 0 1 0';

function gave(text: string) {
  return readPilotReply(text).sleds.map(({ serial, cubby, gave: each }) => [
    cubby,
    serial,
    each instanceof FleetError ? each.code : each.answer.stdout,
    each instanceof FleetError ? each.message : each.issues.map(({ code }) => code).join(),
  ]);
}

describe('a reply of pilot host exec', () => {
  it('is one answer a heading, whatever stands behind ok and before the begin', () => {
    expect(
      gave(
        [
          ` 8  BRM44220011        ok: ${begin('BRM44220011')}`,
          '|a',
          END,
          ' 9  BRM44220012        ok: said by a start-up file',
          begin('BRM44220012'),
          '|b',
          END,
          '10  2F7QK022           ok: ',
          begin('2F7QK022'),
          '|c',
          END,
          '',
        ].join('\n'),
      ),
    ).toEqual([
      [8, 'BRM44220011', 'a\n', ''],
      [9, 'BRM44220012', 'b\n', ''],
      [10, '2F7QK022', 'c\n', ''],
    ]);
  });

  it('tells a sled that was not reached, and one that ran nothing of it, with what was said', () => {
    const [failed, empty, printed, odd] = gave(
      [
        ' 8  BRM44220011        failure: exit code 255: Connection timed out during banner exchange',
        'and more',
        ' 9  BRM44220012        ok:',
        '10  BRM44220013        ok: bash: sh: not found',
        '11  BRM44220014        timed out',
        '',
      ].join('\n'),
    );
    expect(failed?.slice(2)).toEqual([
      'unreachable',
      'pilot did not reach it: exit code 255: Connection timed out during banner exchange; and more',
    ]);
    expect(empty?.slice(2)).toEqual(['not_begun', expect.stringMatching(/hold an answer: nothing$/)]);
    expect(printed?.slice(2)).toEqual(['not_begun', expect.stringContaining('bash: sh: not found')]);
    expect(odd?.slice(2)).toEqual(['unreachable', 'pilot did not reach it: timed out']);
  });

  it('says where the sled calls itself otherwise, and what came before the first heading', () => {
    const text = `warning: old pilot\n 8  BRM44220011        ok: ${begin('BRM44220099')}\n|a\n${END}\n`;
    expect(gave(text)).toEqual([[8, 'BRM44220011', 'a\n', 'contradiction']]);
    expect(readPilotReply(text).before).toBe('warning: old pilot');
    expect(readPilotReply('')).toEqual({ sleds: [], before: '' });
  });
});

import { describe, expect, it } from 'vitest';
import { comparedTexts } from '../../src/drawing/compared-texts.ts';
import { makeSled } from '../support/sleds.ts';

const text = (cubby: number, stdout: string, more: { stderr?: string; remark?: string | null } = {}) => ({
  sled: makeSled(cubby),
  stdout,
  stderr: '',
  remark: null,
  ...more,
});

const shown = (...texts: readonly ReturnType<typeof text>[]) =>
  [...comparedTexts(texts, { color: false })].join('');

describe('answers compared with the commonest', () => {
  it('show it whole, and of the others what differs, with two lines around it', () => {
    const usual = '1\n2\n3\n4\n5\n6\n7\n8\n';
    expect(
      shown(
        text(0, usual.replace('5\n', 'five\n')),
        text(1, usual),
        text(2, usual),
        text(3, usual, { stderr: 'oh\n' }),
      ),
    ).toBe(
      `sled 3/[1-2] (2): the commonest answer\n${usual}\nsled 3/0: differs\n@@ 3 @@\n 3\n 4\n-5\n+five\n 6\n 7\n\n` +
        'sled 3/3: differs\n@@ 7 @@\n 7\n 8\n+stderr: oh\n\n',
    );
  });

  it('say where no answer is the commonest, and where all are the same', () => {
    expect(shown(text(0, 'a\n'), text(1, 'b\n'))).toBe(
      'sled 3/0: as common as another\na\n\nsled 3/1: differs\n@@ 1 @@\n-a\n+b\n\n',
    );
    expect(shown(text(0, 'a\n'), text(1, 'a\n'))).toBe('sled 3/[0-1] (2): the same everywhere\na\n\n');
    expect(shown()).toBe('');
  });

  it('tell apart what printed the same and ended otherwise', () => {
    expect(shown(text(0, 'a\n'), text(1, 'a\n'), text(2, 'a\n', { remark: 'status 3' }))).toBe(
      'sled 3/[0-1] (2): the commonest answer\na\n\nsled 3/2, status 3: printed the same\n\n',
    );
  });

  it('drive no terminal', () => {
    expect(shown(text(0, 'a\u001b[2J\n'), text(1, 'b\u009b\n'))).not.toMatch(/\p{Cc}(?<!\n)/u);
  });
});

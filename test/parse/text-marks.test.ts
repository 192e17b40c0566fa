import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfMarked, hasMarks, otherQuestion, splitMarked } from '../../src/parse/text-marks.ts';

const BEGIN = 'cruc-fleet 0123456789ab begin 1 BRM42220014 probe=ds-state seconds=3 interval=0';

function answersIn(lines: readonly string[]) {
  return splitMarked(lines).flatMap((part) => (part.kind === 'answer' ? part.answer : []));
}

/** What `scripts/one-text.sh` prints for a command that wrote these lines. */
function printed(out: readonly string[], err: readonly string[], status = 0): readonly string[] {
  return [
    BEGIN,
    ...out.map((line) => `|${line}`),
    ...err.map((line) => `!${line}`),
    `cruc-fleet 0123456789ab end ${status} ${out.length} ${err.length}`,
  ];
}

describe('the marks of a text', () => {
  it('bring any data through, whatever it looks like', () => {
    const line = fc.oneof(
      fc.string().map((text) => text.replaceAll(/[\n\r]/g, '')),
      fc.constantFrom(BEGIN, '|', '!x', ' 8  BRM44220011        ok: x', 'cruc-fleet 0123456789ab end 0 0 0'),
    );
    fc.assert(
      fc.property(fc.array(line), fc.array(line), fc.nat(255), (out, err, status) => {
        const [answer, ...others] = answersIn(printed(out, err, status));
        expect(others).toEqual([]);
        if (answer === undefined) throw new Error('no answer');
        const { result, cut } = endOfMarked(answer);
        const text = (lines: readonly string[]) => lines.map((each) => `${each}\n`).join('');
        expect(result).toMatchObject({ stdout: text(out), stderr: text(err), exitStatus: status });
        expect(cut).toBeNull();
      }),
    );
  });

  it('notice each line that is lost, and never throw', () => {
    const lines = printed(['a', 'b', 'c'], ['d'], 1);
    for (let i = 1; i < lines.length; i++) {
      const [answer] = answersIn(lines.toSpliced(i, 1));
      expect(answer === undefined ? null : endOfMarked(answer).cut).toMatch(/^cut: /);
    }
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(...lines))), (any) => {
        const parts = splitMarked(any);
        const kept = parts.filter((part) => part.kind === 'line').map((part) => part.line);
        expect(any).toEqual(expect.arrayContaining(kept));
      }),
    );
  });

  it('leave what stands between answers to whoever reads headings', () => {
    const parts = splitMarked([
      'one',
      ` 8  BRM42220014        ok: ${BEGIN}`,
      '|a',
      ' 9  BRM42220015        failure: exit code 255',
      '',
      'why',
      BEGIN,
    ]);
    expect(parts.map((part) => (part.kind === 'line' ? part.line : `<${part.before}>`))).toEqual([
      'one',
      '< 8  BRM42220014        ok:>',
      ' 9  BRM42220015        failure: exit code 255',
      '',
      'why',
      '<>',
    ]);
  });

  it('are of another run, another version or no text at all where they say so', () => {
    const other = 'cruc-fleet ba9876543210 end 0 1 0';
    const [answer] = answersIn([BEGIN, '|a', other, '|b']);
    expect(answer).toMatchObject({ end: null, strange: [other] });
    const [newer] = answersIn([BEGIN.replace('begin 1', 'begin 2')]);
    expect(otherQuestion(newer ?? { about: '' }, 'probe=ds-state')).toContain('version 2');
    expect(hasMarks('cruc-fleet is in')).toBe(false);
    expect(answersIn(['cruc-fleet 0123456789ab end 0 0 0', 'cruc-fleet zz begin 1 h'])).toEqual([]);
  });
});

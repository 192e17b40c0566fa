import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../support/any-character.ts';
import { foldedTexts, type SledText } from '../../src/drawing/folded-text.ts';
import { table } from '../../src/outputs/table.ts';
import { failed, printed, printedReport } from '../support/reports.ts';
import { makeSled } from '../support/sleds.ts';

const text = (cubby: number, stdout: string, change: Partial<SledText> = {}): SledText => ({
  sled: makeSled(cubby),
  stdout,
  stderr: '',
  remark: null,
  ...change,
});

const draw = (texts: readonly SledText[], fold = true, color = false) =>
  [...foldedTexts(texts, { fold, color })].join('');

describe('texts of sleds', () => {
  it('are printed once where they are identical, in the order of the first sled of each', () => {
    const texts = Array.from({ length: 32 }, (_, cubby) => text(cubby, cubby === 15 ? 'odd\n' : 'same\n'));
    expect(draw(texts)).toBe('sled 3/[0-14,16-31] (31)\nsame\n\nsled 3/15\nodd\n\n');
    expect(draw(texts.toReversed()).startsWith('sled 3/[0-14,16-31] (31)\n')).toBe(true);
  });

  it('differ by their standard error and by their remark too', () => {
    const texts = [text(0, 'a\n'), text(1, 'a\n', { stderr: 'b\n' }), text(2, 'a\n', { remark: 'status 3' })];
    expect(draw(texts)).toBe('sled 3/0\na\n\nsled 3/1\na\nstderr: b\n\nsled 3/2, status 3\na\n\n');
  });

  it('stand alone without folding', () => {
    expect(draw([text(0, 'a'), text(1, 'a')], false)).toBe('sled 3/0\na\n\nsled 3/1\na\n\n');
  });

  it('say that there is no output, and keep empty lines', () => {
    expect(draw([text(0, ''), text(1, '\n'), text(2, '\n\nx')])).toBe(
      'sled 3/0, no output\n\nsled 3/1\n\n\nsled 3/2\n\n\nx\n\n',
    );
  });

  it('never drive a terminal, whatever is in them', () => {
    expect(draw([text(0, 'a\tb\x1b[31mred\r\nc\u202e')])).toBe('sled 3/0\na\tb?[31mred?\nc?\n\n');
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), fc.string({ unit: anyCharacter }), (stdout, stderr) => {
        const drawn = draw([text(0, stdout, { stderr })]);
        expect(drawn.replaceAll(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u);
        // Nothing is lost: as many lines as there were, and the header and the empty line.
        const lines = (each: string) => (each === '' ? 0 : each.replace(/\n$/, '').split('\n').length);
        expect(drawn.split('\n').length - 1).toBe(lines(stdout) + lines(stderr) + 2);
      }),
    );
  });

  it('have a bold header where color is wanted', () => {
    expect(draw([text(0, 'a')], true, true)).toBe('\u001b[1msled 3/0\u001b[22m\na\n\n');
  });
});

describe('the answer of exec', () => {
  const render = (outcomes: Parameters<typeof printedReport>[0]) =>
    [
      ...table.render(printedReport(outcomes), { width: null, color: false, headers: true, columns: null }),
    ].join('');

  it('has the status of commands that failed in the header, and every sled that did not answer', () => {
    const drawn = render([
      printed(0),
      printed(1, { status: 3 }),
      printed(2, { status: 143, signal: 'TERM' }),
      failed(4),
      failed(5),
    ]);
    expect(drawn).toContain('sled 3/0\nup\n\nsled 3/1, status 3\nup\n\nsled 3/2, status 143 (SIGTERM)\nup\n');
    expect(drawn).toMatch(/^rack 3: 3 of 5 sleds answered; /m);
    expect(drawn).toContain('no answer from 3/[4-5] (2 sleds): connect, timeout: no answer within 10.0 s\n');
  });
});

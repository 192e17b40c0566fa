import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../support/any-character.ts';
import { terminalText } from '../../src/pasted/terminal-text.ts';

describe('terminalText', () => {
  it.each([
    ['colors', '\u001B[1;32mACT\u001B[0m LR', 'ACT LR'],
    ['colors of one character', '\u009B32mACT\u009B0m', 'ACT'],
    ['the title of a window', '\u001B]0;root@sled: ~\u0007# ls', '# ls'],
    ['a link', '\u001B]8;;http://a\u001B\\text\u001B]8;;\u001B\\', 'text'],
    ['a character set', '\u001B(Btext\u001B=\u001B>', 'text'],
    ['bracketed paste', '\u001B[?2004h# \u001B[200~ls\u001B[201~\r\n\u001B[?2004l\rrow\r\n', '# ls\nrow\n'],
    ['what was typed and taken back', 'get-ds-st\b\b\u001B[Kstate.sh', 'get-ds-state.sh'],
    ['a backspace that erases', 'ACX\b \bT', 'ACT'],
    ['a cursor that is moved', 'abc\u001B[2DX\u001B[CY', 'aXcY'],
    ['a column that is named', 'abc\u001B[1GX\u001B[5GY', 'Xbc Y'],
    ['a line that is erased', 'abc\u001B[2Kdef', '   def'],
    ['a bell', 'a\u0007b', 'ab'],
    ['a hole, whose ends are not one line', 'oxz_a 28\u0000022', 'oxz_a 28\uFFFD022'],
    ['a carriage return, after which a line begins', '10%\r20%\r\n', '10%\n20%\n'],
    ['lines that end with a carriage return alone', 'a 1\rb 2\r', 'a 1\nb 2'],
    ['a screen that is cleared', 'old\u001B[2J\u001B[Hnew', 'old\nnew'],
    ['the rest of a screen that is cleared', 'row\u001B[J', 'row'],
    ['a title that does not end', '\u001B]0;row', '0;row'],
    ['an escape that ends the text', 'row\u001B', 'row'],
  ])('shows %s', (_, raw, shown) => {
    expect(terminalText(raw)).toBe(shown);
  });

  it('leaves a text without such characters as it is', () => {
    const text = fc.string({ unit: 'grapheme-ascii' });
    fc.assert(
      fc.property(text, (each) => {
        expect(terminalText(each)).toBe(each);
      }),
    );
  });

  it('never throws, and leaves no control character', () => {
    const piece = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.constantFrom('\u001B[', '9', 'C', 'K', '\b', '\r', 'x'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        // oxlint-disable-next-line no-control-regex -- these are what must not be there
        expect(terminalText(pieces.join(''))).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u009b]/);
      }),
    );
  });
});

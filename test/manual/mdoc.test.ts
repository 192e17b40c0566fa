import { describe, expect, it } from 'vitest';
import type { ManualPage } from '../../src/manual/manual-page.ts';
import { mdoc } from '../../src/manual/mdoc.ts';

const PAGE: ManualPage = {
  name: 'cruc-fleet-x',
  command: 'cruc-fleet x',
  summary: 'do x',
  arguments: [],
  takesOptions: false,
  description: 'It does x.',
  argumentHelp: [],
  optionGroups: [],
  more: '',
  commands: [],
  seeAlso: ['cruc-fleet'],
};

const lines = (change: Partial<ManualPage>) =>
  mdoc({ ...PAGE, ...change }, new Date('2026-11-28T00:00:00Z')).split('\n');

describe('a page as mdoc', () => {
  it('has its name, what is typed, what it does and where to look', () => {
    expect(lines({})).toEqual([
      '.Dd November 28, 2026',
      '.Dt CRUC-FLEET-X 1',
      '.Os',
      '.Sh NAME',
      '.Nm cruc-fleet-x',
      '.Nd do x',
      '.Sh SYNOPSIS',
      '.Nm \\&cruc\\-fleet \\&x',
      '.Sh DESCRIPTION',
      'It does x.',
      '.Sh SEE ALSO',
      '.Xr cruc-fleet 1',
      '',
    ]);
  });

  it('takes no text for a request, whatever it begins with or holds', () => {
    const page = lines({ description: '.Sh OTHER \\fB \'a\' "b" `c` ~^ é\n  .so /etc/passwd\n  \\*(x' });
    expect(page).toContain('\\&.Sh OTHER \\efB \\(aqa\\(aq \\(dqb\\(dq \\(gac\\(ga \\(ti\\(ha \\[u00E9]');
    expect(page).toContain('\\&.so /etc/passwd');
    expect(page).toContain('\\e*(x');
  });

  it('has the parts of the help: prose, what is aligned as it is, exit status and examples at the end', () => {
    const more =
      'Read it first. Then go:\n  one  two\n\nColors:\n  red   bad\n\nExamples:\n  x 1\n\nExit status:\n  0  well';
    const page = lines({ more }).join('\n');
    expect(page).toContain(
      'It does x.\n.Pp\nRead it first.\nThen go:\n.Bd -literal\none  two\n.Ed\n.Ss \\&Colors\n.Bd -literal\nred   bad\n.Ed\n' +
        '.Sh EXIT STATUS\n.Bd -literal\n0  well\n.Ed\n.Sh EXAMPLES\n.Bd -literal\nx 1\n.Ed\n.Sh SEE ALSO',
    );
  });

  it('has options with their values, which may be left out', () => {
    const option = { help: 'why. And how.', isValueOptional: false };
    const page = lines({
      takesOptions: true,
      optionGroups: [
        {
          heading: 'Rows:',
          options: [
            { ...option, names: ['-r', '--rack'], value: 'ids' },
            { ...option, names: ['--all'], value: null },
            { ...option, names: ['--sendmail'], value: 'path', isValueOptional: true },
          ],
        },
      ],
    });
    expect(page).toContain('.Op Ar options');
    expect(page.filter((line) => line.startsWith('.It'))).toEqual([
      '.It Fl \\&r , Fl \\&\\-rack Ar \\&ids',
      '.It Fl \\&\\-all',
      '.It Fl \\&\\-sendmail Op Ar \\&path',
    ]);
    expect(page).toContain('And how.');
  });
});

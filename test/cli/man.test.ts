import { describe, expect, it } from 'vitest';
import { createTerminal } from '../../src/term/terminal.ts';
import { run } from '../support/run-program.ts';
import { EventEmitter } from 'node:events';

/** A terminal, and what was shown there by a program. */
function onTerminal(...programs: readonly string[]) {
  const shown: string[] = [];
  const written: string[] = [];
  const stream = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns: 80,
    write: (text: string) => written.push(text) > 0,
  }) as unknown as NodeJS.WriteStream;
  const change = {
    terminal: createTerminal(stream, stream, {}, { readerGone: () => {}, failed: () => {} }),
    show: async (program: string, words: readonly string[], text: string) => {
      if (!programs.includes(program)) return false;
      shown.push([program, ...words, text.split('\n')[1]].join(' '));
      return true;
    },
  };
  return { change, shown, written };
}

describe('man', () => {
  it('writes the page to a pipe, with every option of the help', async () => {
    const { status, stdout } = await run(['man', 'exec'], { env: { SOURCE_DATE_EPOCH: '0' } });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\.Dd January 1, 1970\n\.Dt CRUC-FLEET-EXEC 1\n/);
    const help = (await run(['exec', '--help'])).stdout;
    const options = [...help.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm)].map(([, name = '']) => name);
    expect(options.length).toBeGreaterThan(20);
    for (const name of options) expect(stdout).toContain(`Fl \\&\\-${name.replaceAll('-', '\\-')}`);
    expect(stdout).toContain('.Sh EXIT STATUS');
  });

  it('shows it on a terminal by the first program that there is, and as help without one', async () => {
    const first = onTerminal('man', 'mandoc');
    expect((await run(['man', 'silence', 'add'], first.change)).status).toBe(0);
    expect(first.shown).toEqual(['man -l - .Dt CRUC-FLEET-SILENCE-ADD 1']);
    const second = onTerminal('mandoc');
    await run(['man'], second.change);
    expect(second.shown).toEqual(['mandoc -a .Dt CRUC-FLEET 1']);
    const none = onTerminal();
    expect((await run(['man', 'probes'], none.change)).status).toBe(0);
    expect(none.written.join('')).toContain('Usage: cruc-fleet probes');
  });

  it('says where there is no such command', async () => {
    expect(await run(['man', 'nosuch'])).toMatchObject({
      status: 64,
      stderr: "cruc-fleet: man: there is no command 'nosuch' (cruc-fleet --help lists them)\n",
    });
  });
});

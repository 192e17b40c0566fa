import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/**
 * cruc-fleet runs on macOS, the BSDs and illumos too. Only the simulator, which is for trying, may ask more of the
 * machine: a real sh, ps and mkfifo.
 */
const SRC = fileURLToPath(new URL('../src/', import.meta.url));

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('simulator/'))
  .map((file) => ({ file, text: readFileSync(join(SRC, file), 'utf8') }));

/** What each reads of /proc where it is there, and does without elsewhere: `without-proc.real.test.ts` tries that. */
const READS_PROC: Readonly<Record<string, string>> = {
  'files/lock.ts': 'the start of a process, to tell it from a later one of its number',
  'main.ts': 'the id of the boot, to tell one boot from the next',
};

/** What each may start: nothing that a system of POSIX with OpenSSH lacks, and nothing whose options differ. */
const STARTS: Readonly<Record<string, string>> = {
  'delivery/mailer-sendmail.ts': 'the sendmail that the configuration names',
  'main.ts': 'ssh, for --transport openssh',
  'ssh-config/ask-ssh.ts': 'ssh -G; without it the files are read by us',
  'transport/local-command.ts': '/bin/sh, for the tool that the inventory names',
  'transport/local-pipe.ts': '/bin/sh, for the proxy_command of the inventory',
};

describe('the program asks of the machine', () => {
  it('no /proc, but for what it does without elsewhere', () => {
    expect(sources.length).toBeGreaterThan(100);
    const readers = sources.filter(({ text }) => /['"`]\/proc\b/.test(text)).map(({ file }) => file);
    expect(readers.toSorted()).toEqual(Object.keys(READS_PROC));
  });

  it('no other program than those that people name, sh and ssh', () => {
    const starters = sources.filter(({ text }) =>
      /^import (?!type)[^;]* from '(?:node:)?child_process'/m.test(text),
    );
    expect(starters.map(({ file }) => file).toSorted()).toEqual(Object.keys(STARTS));
  });

  it('no tool of GNU by its name', () => {
    const tools = /spawn\(\s*['"`](?!\/bin\/sh['"`])/;
    expect(sources.filter(({ text }) => tools.test(text)).map(({ file }) => file)).toEqual([]);
  });
});

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

describe('the scripts ask of a sled', () => {
  const SCRIPTS = fileURLToPath(new URL('../scripts/', import.meta.url));
  const texts = readdirSync(SCRIPTS)
    .filter((file) => file.endsWith('.sh'))
    .map((file) => ({ file, text: readFileSync(join(SCRIPTS, file), 'utf8').replaceAll(/^\s*#.*$/gm, '') }));

  it('nawk where there is one: the awk of an old illumos knows neither -v nor functions', () => {
    const users = texts.filter(({ text }) => /awk/.test(text));
    expect(users.length).toBeGreaterThan(3);
    for (const { file, text } of users) {
      expect(text, file).toContain('command -v nawk >/dev/null 2>&1 && awk=nawk');
      expect(text, file).not.toMatch(/(?:^|[|;&(]|\bexec )\s*[gmn]?awk\s+['-]/m);
    }
  });

  it('nothing that ksh93 or the tools of illumos do not have', () => {
    for (const { file, text } of texts) {
      expect(text, file).not.toMatch(/^\s*local\s/m);
      expect(text, file).not.toMatch(/\b(?:timeout|readlink|realpath|seq|tac|stat) +[-"$\w/]/);
      expect(text, file).not.toMatch(/\becho -[en]\b|\bgrep -[A-Za-z]*[Po]|\bsed -i|\bdate -d|\bps aux/);
    }
  });
});

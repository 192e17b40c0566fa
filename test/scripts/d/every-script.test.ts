import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { headingsOf } from '../../../src/parse/table-reader.ts';
import { PROBES } from '../../../src/probes/index.ts';
import { fixture, fixturesIn } from '../../parse/fixtures.ts';
import { inFull, LATENCIES, STATUS } from './made.ts';
import { NAMES, programText, runScript, scriptText, SCRIPTS, tablesOf } from './run-script.ts';

const README = readFileSync(`${SCRIPTS}README.md`, 'utf8');
const needsPid = (name: string): boolean => /usage: dtrace -Z -s \S+ PID/.test(programText(name));

/** The arguments for so many seconds. */
const lasting = (name: string, seconds: number): readonly number[] =>
  needsPid(name) ? [101, seconds] : [seconds];

/** All columns that a table of a script can have. */
function columnsOf(name: string): readonly string[] {
  const run = runScript(name, STATUS.includes(name) ? inFull(name) : lasting(name, 3));
  run.seconds(0.5);
  return tablesOf(run.lines)[0]?.columns ?? [];
}

test('the folder holds a script by hand for every probe', () => {
  for (const probe of PROBES) {
    const byHand = 'byHand' in probe ? probe.byHand : probe.script;
    expect(() => readFileSync(SCRIPTS + byHand), probe.name).not.toThrow();
  }
});

describe.each(NAMES)('%s', (name) => {
  const text = programText(name);
  const withoutStrings = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');

  test('compiles, ends by itself on a sled where nothing runs, and says nothing on standard error', async () => {
    const run = runScript(name, lasting(name, 3), {});
    run.seconds(2.8);
    expect(await run.status()).toBeNull();
    run.seconds(0.5);
    expect(await run.status()).toBe(0);
    expect(run.stderr).toBe('');
    // The trace of messages has no table: its last line counts them.
    const rest = run.lines.filter((line) => line !== 'slog_ended messages=0 connections=0');
    for (const table of tablesOf(rest)) expect(table.rows).toEqual([]);
  });

  test('compiles without arguments, and with each number of them', () => {
    const last = /\$\$4 == "(\w+)"/.exec(programText(name))?.[1];
    const all = ['5', '5', '5', ...(last === undefined ? [] : [last])];
    const args = name === 'upstairs-status.d' ? ['5'] : all;
    for (let count = 0; count <= args.length; count++)
      expect(runScript(name, args.slice(0, count)).stderr).toBe('');
  });

  test('counts its seconds with a variable that nothing but the tick touches', () => {
    expect(text).toMatch(/tick-1s\n\/elapsed >= limit\/\n\{\n\texit\(0\);\n\}/);
    const clauses = text.split(/\n\}/).filter((clause) => /elapsed(\+\+| = )/.test(clause));
    for (const clause of clauses) expect(clause).toMatch(/dtrace:::BEGIN|tick-1s/);
  });

  test('changes nothing on the sled', () => {
    expect(withoutStrings).not.toMatch(
      /\b(stop|raise|copyout|copyoutstr|system|freopen|chill|panic|breakpoint|destructive)\b/,
    );
  });

  test('has no word that is longer than what the lexer of illumos has room for', () => {
    for (const word of text.match(/"(?:[^"\\]|\\.)*"|[^\s"]+/g) ?? []) expect(word.length).toBeLessThan(1024);
  });

  test('names no process in a description: dtrace would stop it, and refuse one that is gone', () => {
    const providers = [...withoutStrings.matchAll(/([^\s,:]*):[^\s,:]*:[^\s,:]*:[\w-]+/g)].map(
      (match) => match[1],
    );
    expect(providers.length).toBeGreaterThan(0);
    for (const provider of providers) expect(provider).toMatch(/^(?:dtrace|[a-z_]+\*)$/);
  });

  test('leaves nothing of another firing to print where a clause that reads text faults', () => {
    const bodies = [...withoutStrings.matchAll(/\n\{\n([^]*?)\n\}/g)].map(([, body = '']) => body.trim());
    for (const body of bodies.filter((each) => /\b(?:json|copyinstr|str\w+|substr)\(/.test(each)))
      expect(body).toMatch(/^this->(?:shown|wanted) = 0;/);
  });

  test('keeps to the plain language: no other comments, no preprocessor, no reading past two arguments', () => {
    expect(scriptText(name)).not.toContain('//');
    expect(text).not.toMatch(/^#(?!pragma D option )/m);
    expect(withoutStrings).not.toMatch(/\b(self->|if \(|strtok|args\[|speculat|clear\()/);
    expect(scriptText(name)).toMatch(/^[\0-\x7f]*$/);
  });

  test('is quiet, small and lively', () => {
    const options = [...scriptText(name).matchAll(/^#pragma D option (.*)$/gm)].map((match) => match[1]);
    const aggregates = text.includes('@');
    expect(options).toEqual(
      expect.arrayContaining(['quiet', 'defaultargs', 'bufsize=256k', 'switchrate=10hz', 'statusrate=10hz']),
    );
    expect(options.includes('aggrate=10hz')).toBe(aggregates);
    expect(options.some((option) => /^aggsize=(256k|1m)$/.test(option ?? ''))).toBe(aggregates);
    expect(options.includes('cleanrate=333hz')).toBe(LATENCIES.some(({ script }) => script === name));
    expect(options.includes('strsize=4k')).toBe(/up-status|slog\*/.test(text));
  });

  test('says in its header how it is used, in lines that fit', () => {
    const header = scriptText(name).slice(0, scriptText(name).indexOf('*/'));
    expect(header).toContain(` * ${name}: `);
    expect(header).toContain(` *\tdtrace -Z -s ${name} `);
    for (const line of header.split('\n')) expect(line.length).toBeLessThanOrEqual(116);
  });

  test('has each of its columns in its header and in the README', () => {
    const header = scriptText(name).slice(0, scriptText(name).indexOf('*/'));
    const columns = columnsOf(name);
    const isLatency = LATENCIES.some(({ script }) => script === name);
    const keys = [...text.matchAll(/printa\("(zone=[^"]*)%@d/g)].flatMap(([, format = '']) =>
      isLatency ? [...format.matchAll(/(\w+)=/g)].map((match) => match[1] ?? '') : [],
    );
    for (const column of [...columns, ...keys]) {
      expect(header.split(/[\s=]+/)).toContain(column);
      const documented =
        README.includes(`\`${column}\``) || README.includes(`\`${column.replace(/[012]$/, '0')}\``);
      expect(documented, `${column} in the README`).toBe(true);
    }
  });

  test('is in the README', () => {
    expect(README).toContain(`\`${name}\``);
  });
});

test('the README names no script and no column that is not there', () => {
  for (const [, name = ''] of README.matchAll(/`([\w-]+\.(?:d|sh))`/g)) {
    expect(() => readFileSync(SCRIPTS + name)).not.toThrow();
  }
  const printed = new Set(NAMES.flatMap((name) => columnsOf(name)));
  const [before = '', others = ''] = README.split('## Columns that other scripts have');
  const after = others.slice(others.indexOf('\n## '));
  for (const [, column = ''] of `${before}${after}`.matchAll(/^\| `([A-Z][A-Z0-9_<>]*)`/gm)) {
    expect([...printed]).toContain(column);
  }
});

test('the README says of each column of upstream that ours do not have where it is', () => {
  const ours = new Set(NAMES.flatMap((name) => columnsOf(name)));
  const seed = fixturesIn('seed').flatMap((name) =>
    fixture(`seed/${name}.txt`)
      .split('\n')
      .flatMap((line) => headingsOf(line.trim()) ?? []),
  );
  expect(seed.length).toBeGreaterThan(50);
  const [, others = ''] = README.split('## Columns that other scripts have');
  for (const heading of new Set(seed.filter((each) => !ours.has(each)))) {
    expect(others, heading).toContain(`\`${heading.replace(/[12]$/, '0')}\``);
  }
});

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_PROBES } from '../../src/model/no-probes.ts';
import { PROBES } from '../../src/probes/index.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { withRack } from '../support/rack.ts';
import { isLong } from '../support/sized.ts';
import { run } from '../support/run-program.ts';

const rack = withRack({
  isWarm: true,
  sledsPerRack: 3,
  propolisPerSled: 2,
  degraded: 1,
  seed: 3,
  down: new Map([['3/2', 'no-dtrace-privileges']]),
});

/** What a text prints on each sled, by a shell that a tool starts there. */
async function runText(text: string): Promise<readonly Said[]> {
  return await Promise.all(
    rack.simulation.sleds.map(async ({ id, cubby, serial }) => {
      const env = rack.simulation.environmentFor(id);
      const stdout = await new Promise<string>((resolve, reject) => {
        const child = execFile('/bin/sh', ['-c', text], { env, encoding: 'utf8' }, (error, printed, said) => {
          if (error === null && said === '') resolve(printed);
          else reject(error ?? new Error(said));
        });
        // Its standard input is empty, as that of sush is.
        child.stdin?.end();
      });
      return { cubby, serial, stdout };
    }),
  );
}

interface Said {
  readonly cubby: number;
  readonly serial: string;
  readonly stdout: string;
}

interface JsonSled {
  readonly sled: string;
  readonly status: string;
  readonly error: { readonly code: string } | null;
  readonly issues: readonly { readonly code: string }[];
}

/** As pilot host exec prints it. */
function pilotBlock({ cubby, serial, stdout }: Said): string {
  return `${String(cubby).padStart(2)}  ${serial.padEnd(18)} ok: ${stdout}`;
}

async function parse(probe: string, text: string, ...options: readonly string[]) {
  const file = join(rack.folder, 'answers.txt');
  writeFileSync(file, text);
  const { status, stdout, stderr } = await run(['parse', probe, file, '-o', 'json', ...options]);
  const report = JSON.parse(stdout);
  expect(schemaErrors(report)).toEqual([]);
  return { status, stderr, report };
}

async function script(...argv: readonly string[]): Promise<string> {
  const { status, stdout } = await run(['script', ...argv]);
  expect(status).toBe(0);
  return stdout;
}

describe('cruc-fleet script', () => {
  it('prints each probe as one line that fits into single quotes and into a request of sush', async () => {
    for (const { name, takes } of PROBES) {
      const text = await script(name, ...(takes.pid === 'needed' ? ['--pid', '7'] : []));
      expect(text).toMatch(/^sh -c [^'\n]*\n$/);
      expect(text.length).toBeLessThan(40_000);
    }
  });

  it('shows what a text runs, to be read', async () => {
    const text = await script('ds-state', '--readable');
    expect(text).toContain('crucible_upstairs*:::up-status');
    expect(text).toContain("about='probe=ds-state seconds=3 interval=0'");
  });

  it('refuses a script of the user’s own, and options that a probe does not take', async () => {
    const own = await run(['script', './mine.d']);
    expect(own).toMatchObject({ status: 64, stdout: '' });
    expect(own.stderr).toContain('only probes can be made one text');
    expect(await run(['script', 'single_up_info'])).toMatchObject({ status: 64 });
  });
});

describe('what a text of cruc-fleet script printed', () => {
  it.each(['ds-state', 'upstairs_raw', 'perf-vol', ...(isLong ? ['lr-state', 'upstairs_info'] : [])])(
    'gives the answer of a visit: %s',
    async (name) => {
      const visit = await rack.run(['run', name, '-w', '3s', '-q', '-o', 'json']);
      const said = await runText(await script(name, '-w', '3s'));
      const { status, report } = await parse(name, said.map(pilotBlock).join(''), '-i', rack.inventory);
      const visited = JSON.parse(visit.stdout);
      expect(status).toBe(visit.status);
      const shown = (row: Record<string, unknown>) =>
        [row['sled'], row['zone'], row['pid'], row['ds0'], row['health']].join(' ');
      const rowsOf = (rows: readonly Record<string, unknown>[]) => [...new Set(rows.map(shown))].toSorted();
      expect(rowsOf(report.rows)).toEqual(rowsOf(visited.rows));
      const outcomes = (sleds: readonly JsonSled[]) =>
        sleds.map((sled) => [sled.sled, sled.status, sled.error?.code]);
      expect(outcomes(report.sleds)).toEqual(outcomes(visited.sleds));
      expect(report.coverage).toEqual(visited.coverage);
    },
  );
});

describe('the text of a login that sees no probes', () => {
  it.each(['ds-state', 'upstairs_info', 'perf-vol'])(
    'says so, and calls nothing silent or well: %s',
    async (name) => {
      await rack.simulation.setFault('3/1', 'no-probes');
      try {
        const said = await runText(await script(name, '-w', '1s'));
        const { status, report } = await parse(name, said.map(pilotBlock).join(''), '-i', rack.inventory);
        expect(status).toBe(3);
        const codes = report.sleds.map((sled: JsonSled) => (sled.issues ?? []).map(({ code }) => code));
        expect(codes[1]).toEqual(['no_probes']);
        expect(codes[0]).toEqual([]);
        const [, blind] = rack.simulation.sleds;
        const rows = report.rows.filter((row: Record<string, unknown>) => row['sled'] === blind?.id);
        for (const row of rows) {
          expect(row).toMatchObject({ note: NO_PROBES });
          expect(row['health'] ?? null).toBeNull();
        }
        expect(report.findings.filter(({ sled }: { sled: string }) => sled === blind?.id)).toEqual([]);
      } finally {
        await rack.simulation.setFault('3/1', null);
      }
    },
  );
});

describe('a paste in which sleds are missing', () => {
  const ask = async () => {
    const said = await runText(await script('ds-state', '-w', '1s'));
    return said.map((each) => ({ ...each, block: pilotBlock(each) }));
  };
  let asked: ReturnType<typeof ask> | null = null;
  /** The same for all: each spoils the text alone. */
  const listed = () => (asked ??= ask());
  const outcomesOf = (report: { readonly sleds: readonly JsonSled[] }) =>
    report.sleds.map((sled) => [sled['sled'], sled['status'], sled['error']?.code ?? sled.issues[0]?.code]);

  it('tells what was not listed, not reached, and cut from what has nothing to show', async () => {
    const [first, second, third] = await listed();
    const id = (sled: typeof first) => `3/${sled?.serial}`;
    const lines = (first?.block ?? '').split('\n');
    const cut = `${lines.slice(0, 3).join('\n')}\n`;
    const failure = ` 1  ${second?.serial}        failure: exit code 255: Connection timed out during banner exchange\n`;
    const selection = ['-i', rack.inventory, '--rack', '3'];
    const { status, report } = await parse('ds-state', cut + failure, ...selection);
    expect(status).toBe(3);
    expect(outcomesOf(report)).toEqual([
      [id(first), 'answered', 'cut'],
      [id(second), 'failed', 'unreachable'],
      [id(third), 'failed', 'not_tried'],
    ]);
    expect(report.sleds[1].error.message).toContain('exit code 255: Connection timed out');
  });

  it('refuses the answer to another question, and says which one it is', async () => {
    const [first] = await listed();
    const { status, report } = await parse('lr-state', first?.block ?? '');
    expect(status).toBe(3);
    expect(report.sleds[0].error.message).toContain('another question (probe=ds-state');
  });

  it('knows a sled by its host name where no heading names it, and says so where they differ', async () => {
    const [first, second] = await listed();
    const { status, report } = await parse(
      'ds-state',
      `${first?.stdout}${second?.stdout}`,
      '-i',
      rack.inventory,
    );
    expect(status).toBe(0);
    expect(outcomesOf(report).map(([sled]) => sled)).toEqual([`3/${first?.serial}`, `3/${second?.serial}`]);
    const wrong = pilotBlock({ cubby: 0, serial: first?.serial ?? '', stdout: second?.stdout ?? '' });
    const mixed = await parse('ds-state', wrong, '-i', rack.inventory);
    expect(outcomesOf(mixed.report)).toEqual([[`3/${first?.serial}`, 'answered', 'contradiction']]);
  });

  it('misses a line that was lost in the middle, and sees one that was broken', async () => {
    const [first] = await listed();
    const lines = (first?.block ?? '').split('\n');
    const lost = await parse('ds-state', lines.toSpliced(2, 1).join('\n'));
    expect(lost.report.sleds[0].issues[0].message).toMatch(/cut: \d+ of \d+ lines arrived/);
    const [whole = ''] = lines.slice(2, 3);
    const broken = lines.toSpliced(2, 1, whole.slice(0, 60), whole.slice(60)).join('\n');
    expect((await parse('ds-state', broken)).report.sleds[0].issues[0].message).toContain(
      'may have been broken',
    );
  });

  it('is read from quoted mail, indented, with prefixes of pdsh and between headings of sush', async () => {
    const said = await listed();
    const texts = [
      said.map(({ block }) => block.replaceAll(/^/gm, '> ')).join(''),
      said.map(({ block }) => block.replaceAll(/^/gm, '    ')).join(''),
      said.map(({ serial, stdout }) => stdout.trimEnd().replaceAll(/^/gm, `${serial}: `)).join('\n'),
      said.map(({ serial, stdout }) => ` » 913-0000019:${serial} « \n${stdout}`).join(''),
      said
        .map(({ serial, stdout }) => `{"target":"913-0000019:${serial}"}\n${JSON.stringify(stdout)}\n""\n`)
        .join(''),
    ];
    const rows = [];
    for (const text of texts) {
      const { report } = await parse('ds-state', text, '-i', rack.inventory);
      expect(outcomesOf(report).map(([, status]) => status)).toEqual(['answered', 'answered', 'failed']);
      rows.push(report.rows.length);
    }
    expect(new Set(rows)).toEqual(new Set([rows[0]]));
    expect(rows[0]).toBeGreaterThan(0);
  });

  it('names the sleds of a sush job that did not end', async () => {
    const [first, second] = await listed();
    const stopped = {
      Stopped: { job_id: 'j1', result: { Ok: 0 }, output: { stdout_len: 9, stderr_len: 0 } },
    };
    const states = {
      [`913-0000019:${first?.serial}`]: stopped,
      [`913-0000019:${second?.serial}`]: { Started: {} },
    };
    const target = `{"target":"913-0000019:${first?.serial}"}`;
    const text = [JSON.stringify(states), target, JSON.stringify(first?.stdout), '""', ''].join('\n');
    const { report } = await parse('ds-state', text, '-i', rack.inventory);
    expect(outcomesOf(report)).toEqual([
      [`3/${first?.serial}`, 'answered', undefined],
      [`3/${second?.serial}`, 'failed', 'unreachable'],
    ]);
    expect(report.sleds[1].error.message).toContain('Started: it did not end');
  });
});

/**
 * Measures the built program as a whole process next to what people use today, in turns, so that a machine that slows
 * down slows both. CPU is the client's alone: servers run in other processes. Only ratios tell anything elsewhere.
 *
 *     npm run bench -- [--only LINE,…] [--rounds N] [--before FOLDER] [--doc]
 *
 * FOLDER is a built copy of the repository, measured as one more peer. Prints a table, and the same as JSON. With --doc
 * what was measured replaces the same lines in `test/bench/last-run.json`, and the tables of `docs/performance.md` are
 * made of that file; `--only none --doc` measures nothing and makes them again.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PAGE, tableOf, writeDocument } from './document.mjs';
import { LINES } from './lines.mjs';
import { programIn } from './runs.mjs';

const LAST_RUN = join(import.meta.dirname, 'last-run.json');

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    before: { type: 'string' },
    doc: { type: 'boolean', default: false },
  },
});
const wanted = values.only?.split(',') ?? LINES.map(({ name }) => name);
const strange = wanted.filter((name) => name !== 'none' && !LINES.some((line) => line.name === name));
if (strange.length > 0) {
  throw new Error(`no line ${strange.join(', ')}; there are ${LINES.map(({ name }) => name).join(', ')}`);
}
const context = {
  ours: programIn(join(import.meta.dirname, '../..')),
  before: values.before === undefined ? null : programIn(resolve(values.before)),
  rounds: values.rounds === undefined ? null : Number(values.rounds),
};

const measured = [];
for (const line of LINES.filter(({ name }) => wanted.includes(name))) {
  const loadBefore = loadavg()[0];
  process.stderr.write(`${line.name} `);
  const { rows, rounds, note } = await line.measure(context);
  process.stderr.write('\n');
  measured.push({
    name: line.name,
    title: line.title,
    at: new Date().toISOString(),
    rounds,
    load: [loadBefore, loadavg()[0]].map((load) => Number(load.toFixed(1))),
    ...(note === undefined ? {} : { note }),
    rows,
  });
}
for (const line of measured) {
  console.log(`\n${line.title} (medians of ${line.rounds}, load ${line.load.join(' to ')})`);
  for (const text of tableOf(line.rows)) console.log(text);
}
const run = { machine: machine(), lines: measured };
console.log(`\n${JSON.stringify(run, null, 2)}`);
if (values.doc) {
  const last = JSON.parse(readFileSync(LAST_RUN, 'utf8'));
  const lines = LINES.flatMap(
    ({ name }) =>
      measured.find((line) => line.name === name) ?? last.lines.find((line) => line.name === name) ?? [],
  );
  const whole = { machine: measured.length > 0 ? run.machine : last.machine, lines };
  writeFileSync(LAST_RUN, `${JSON.stringify(whole, null, 2)}\n`);
  const missing = LINES.filter(({ name }) => !lines.some((line) => line.name === name));
  writeDocument(
    whole,
    missing.map(({ title }) => title),
  );
  execFileSync('npx', ['oxfmt', LAST_RUN, PAGE], { stdio: 'ignore' });
}

function machine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cpus: availableParallelism(),
    memory_gib: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    node: process.version,
  };
}

/**
 * Times the built program on thousands of sleds that cost little (many-sleds.mjs), in turns with the least that ssh2
 * can do (prototype.mjs), and with --before with an earlier build: by default, as people run it.
 *
 *     node test/bench/many.mjs [--sleds N] [--rounds N] [--before FOLDER] [--options="--handshakes 64"]
 *
 * Prints medians and ratios as a table, and the same as JSON.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ssh2 from 'ssh2';
import { startSimulation } from '../../dist/simulator.js';
import { measure, median } from './measure.mjs';

const WINDOW = 2;
/** Bytes of the command that the program sends under its guard. */
const COMMAND_BYTES = 9_000;

const { values } = parseArgs({
  options: {
    sleds: { type: 'string', default: '1024' },
    rounds: { type: 'string', default: '5' },
    before: { type: 'string' },
    options: { type: 'string', default: '' },
  },
});
const count = Number(values.sleds);
const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-many-'));
// What is kept of the runs goes with it.
process.env['XDG_STATE_HOME'] = folder;
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const ours = programIn(here('../..'));
const peers = [
  [
    'prototype',
    `'${process.execPath}' '${here('prototype.mjs')}' ${join(folder, 'ports')} ${join(folder, 'id')} ${COMMAND_BYTES}`,
  ],
  ...(values.before === undefined ? [] : [['before', run(programIn(resolve(values.before)))]]),
];
const mine = `${run(ours)} ${values.options}`;

const answer = await sampleAnswer();
const sleds = await startSleds(answer);
try {
  const samples = peers.map(() => ({ ours: [], theirs: [] }));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [index, [, command]] of peers.entries()) {
      samples[index].ours.push(await measure(mine));
      samples[index].theirs.push(await measure(command));
      process.stderr.write('.');
    }
  }
  process.stderr.write('\n');
  const results = peers.flatMap(([name], index) =>
    ['wallMs', 'cpuMs'].map((unit) => resultOf(name, unit, samples[index])),
  );
  console.table(results);
  console.log(
    JSON.stringify({
      sleds: count,
      window_s: WINDOW,
      rounds: Number(values.rounds),
      node: process.version,
      results,
    }),
  );
} finally {
  sleds.kill();
  rmSync(folder, { recursive: true, force: true });
}

function resultOf(name, unit, { ours, theirs }) {
  const each = unit === 'cpuMs' ? count : 1;
  return {
    unit: unit === 'cpuMs' ? 'CPU ms a sled' : 'wall ms',
    ours: Number((median(ours.map((one) => one[unit])) / each).toFixed(2)),
    next_to: name,
    theirs: Number((median(theirs.map((one) => one[unit])) / each).toFixed(2)),
    ratio: Number(median(ours.map((one, i) => one[unit] / theirs[i][unit])).toFixed(3)),
    lines: ours.at(-1).lines,
  };
}

function run(program) {
  return `${program} ds-state -i ${join(folder, 'inventory.yaml')} -w ${WINDOW}s -o name -q`;
}

function programIn(at) {
  return `'${process.execPath}' '${join(at, 'bin/cruc-fleet.js')}'`;
}

/** What a simulated sled with eight upstairs answers. */
async function sampleAnswer() {
  const simulation = await startSimulation({ racks: ['3'], sledsPerRack: 1, propolisPerSled: 4 });
  try {
    const inventory = join(simulation.rootDir, 'inventory.yaml');
    writeFileSync(inventory, simulation.inventoryYaml());
    const record = join(folder, 'sample');
    await measure(`${ours} ds-state -i ${inventory} -w ${WINDOW}s -o name -q --record ${record}`);
    const file = readdirSync(record, { recursive: true }).find((name) => name.endsWith('.stdout'));
    return readFileSync(join(record, file), 'utf8');
  } finally {
    await simulation.stop();
  }
}

async function startSleds(text) {
  writeFileSync(join(folder, 'answer'), text);
  const child = spawn(
    process.execPath,
    [here('many-sleds.mjs'), String(count), String(WINDOW * 1000), join(folder, 'answer')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = await new Promise((done) =>
    createInterface(child.stdout).once('line', (text) => done([text])),
  );
  const { ports, key } = JSON.parse(line);
  const pair = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
  writeFileSync(join(folder, 'id'), pair.private, { mode: 0o600 });
  writeFileSync(join(folder, 'ports'), JSON.stringify(ports));
  writeFileSync(join(folder, 'known_hosts'), ports.map((port) => `[127.0.0.1]:${port} ${key}\n`).join(''));
  const racks = Array.from({ length: Math.ceil(count / 32) }, (_, rack) => [
    `  - id: ${rack}`,
    '    sleds:',
    ...ports
      .slice(rack * 32, rack * 32 + 32)
      .map((port, n) => `      - { cubby: ${n}, host: 127.0.0.1, port: ${port} }`),
  ]);
  const head = [
    'version: 1',
    'defaults: { identity_file: id, known_hosts: known_hosts, identity_agent: none }',
    'racks:',
  ];
  writeFileSync(join(folder, 'inventory.yaml'), [...head, ...racks.flat(), ''].join('\n'));
  return child;
}

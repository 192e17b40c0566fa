/**
 * Times the built program as a whole process, each figure next to what it is compared with, in turns: a start next to
 * bare Node, and `ds-state` on simulated racks next to what people do today, one ssh a sled running the same script.
 * With --before, next to an earlier build too. Only the ratios tell anything beyond this machine.
 *
 *     npm run bench -- [--racks N] [--rounds N] [--before FOLDER]
 *
 * FOLDER is a built copy of the repository. Prints a table, and the same as JSON.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startSimulation } from '../../dist/simulator.js';
import { measure, median } from './measure.mjs';

const WINDOW = 2;
/** A start is short beside the hundredths of a second in which a shell counts. */
const STARTS = 10;

const { values } = parseArgs({
  options: {
    racks: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '5' },
    before: { type: 'string' },
  },
});
const racks = Number(values.racks);
const rounds = Number(values.rounds);
const ours = programIn(fileURLToPath(new URL('../..', import.meta.url)));
const before = values.before === undefined ? null : programIn(resolve(values.before));
const hasSsh = spawnSync('ssh', ['-V']).error === undefined;

const simulation = await startSimulation({
  racks: Array.from({ length: racks }, (_, n) => String(n + 3)),
  sledsPerRack: 32,
  propolisPerSled: 4,
});
const inventory = join(simulation.rootDir, 'inventory.yaml');
// What is kept of the runs goes with the sleds.
process.env['XDG_STATE_HOME'] = simulation.rootDir;
try {
  writeFileSync(inventory, simulation.inventoryYaml());
  const results = await compare(comparisons());
  console.log(`${racks * 32} sleds, window ${WINDOW} s, medians of ${rounds} rounds`);
  for (const line of tableOf(results)) console.log(line);
  if (!hasSsh) console.log('(not compared with xargs ssh: there is no ssh here)');
  console.log(
    `\n${JSON.stringify({ sleds: racks * 32, window_s: WINDOW, rounds, node: process.version, results }, null, 2)}`,
  );
} finally {
  await simulation.stop();
}

/** What is measured, and next to what. */
function comparisons() {
  const run = (program) => `${program} ds-state -i ${inventory} -w ${WINDOW}s -q`;
  const bare = { name: 'node -e 0', prints: false, command: `'${process.execPath}' -e 0`, times: STARTS };
  const start = (flag) => ({ what: flag, ours: `${ours} ${flag}`, times: STARTS });
  const state = { what: 'ds-state', ours: run(ours), times: 1 };
  const earlier = (command, times) => (before === null ? [] : [{ name: 'before', command, times }]);
  return [
    ...['--help', '--version'].map((flag) => ({
      ...start(flag),
      peers: [bare, ...earlier(`${before} ${flag}`, STARTS)],
    })),
    { ...state, peers: [...(hasSsh ? [xargsSsh()] : []), ...earlier(run(before), 1)] },
    {
      ...state,
      what: 'ds-state -o json',
      ours: `${run(ours)} -o json`,
      peers: earlier(`${run(before)} -o json`, 1),
    },
  ];
}

/** One ssh a sled, 64 at a time, that runs the script which `push` has put there. */
function xargsSsh() {
  const config = join(simulation.rootDir, 'ssh_config');
  const settings = [
    'User root',
    `IdentityFile ${simulation.identityFile}`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${simulation.knownHostsFile}`,
    // The algorithms that ssh2 negotiates too: OpenSSH's own choice costs it 100 ms more a connection.
    'KexAlgorithms curve25519-sha256',
    'Ciphers aes128-gcm@openssh.com',
    'LogLevel ERROR',
  ];
  writeFileSync(config, `Host *\n${settings.map((line) => `  ${line}\n`).join('')}`);
  const script = `sh .cruc-fleet/scripts/get-ds-state.sh -w ${WINDOW}`;
  return {
    name: 'xargs ssh',
    command: `xargs -P 64 -I PORT ssh -F ${config} -p PORT 127.0.0.1 '${script}'`,
    input: simulation.sleds.map((sled) => sled.port).join('\n'),
    times: 1,
  };
}

/** Each of ours and its peers once a round, so that a machine that slows down slows all of them. */
async function compare(list) {
  const samples = list.flatMap((each) => each.peers.map((peer) => ({ each, peer, ours: [], theirs: [] })));
  // The scripts are put on the sleds, and files into memory.
  for (const each of list) await measure(each.ours);
  await measure(`${ours} push -i ${inventory} -q`);
  for (let round = 0; round < rounds; round++) {
    for (const sample of samples) {
      const { each, peer } = sample;
      sample.ours.push(await measure(each.ours, each));
      sample.theirs.push(await measure(peer.command, peer));
      if (sample.theirs.at(-1).lines === 0 && peer.prints !== false)
        throw new Error(`nothing came of ${peer.command}`);
      process.stderr.write('.');
    }
  }
  process.stderr.write('\n');
  return samples.flatMap(({ each, peer, ours, theirs }) =>
    ['cpuMs', ...(each.times === 1 ? ['wallMs'] : [])].map((unit) => ({
      what: each.what,
      unit: unit === 'cpuMs' ? 'CPU ms' : 'wall ms',
      ours: rounded(median(ours.map((one) => one[unit]))),
      next_to: peer.name,
      theirs: rounded(median(theirs.map((one) => one[unit]))),
      ratio: Number(median(ours.map((one, i) => one[unit] / theirs[i][unit])).toFixed(3)),
      over: rounded(median(ours.map((one, i) => one[unit] - theirs[i][unit]))),
      lines: [ours.at(-1).lines, theirs.at(-1).lines],
    })),
  );
}

function tableOf(results) {
  const rows = [
    ['WHAT', 'UNIT', 'OURS', 'NEXT TO', 'THEIRS', 'RATIO', 'OVER', 'LINES'],
    ...results.map((each) => [
      each.what,
      each.unit,
      each.ours,
      each.next_to,
      each.theirs,
      each.ratio,
      each.over,
      each.lines.join('/'),
    ]),
  ].map((row) => row.map(String));
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}

function programIn(folder) {
  return `'${process.execPath}' '${join(folder, 'bin/cruc-fleet.js')}'`;
}

function rounded(ms) {
  return Number(ms.toFixed(1));
}

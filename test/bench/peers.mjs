/**
 * Times `ds-state` on simulated racks as a whole process, in pairs with what people do today: one ssh a sled, so
 * many at a time, running the same script. Prints ratios. Run by hand after a build, never as a test:
 *
 *     npm run bench [RACKS]
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSimulation } from '../../dist/simulator.js';

const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));
const PAIRS = 5;
const WINDOW = 2;

const racks = Number(process.argv[2] ?? 1);
const simulation = await startSimulation({
  racks: Array.from({ length: racks }, (_, n) => String(n + 3)),
  sledsPerRack: 32,
  propolisPerSled: 4,
});
try {
  const inventory = join(simulation.rootDir, 'inventory.yaml');
  writeFileSync(inventory, simulation.inventoryYaml());
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
  const ports = simulation.sleds.map((sled) => sled.port).join('\n');
  const script = `sh "$HOME"/.cruc-fleet/*/get-ds-state.sh -w ${WINDOW}`;

  const ours = () =>
    time('node', [BIN, 'ds-state', '-i', inventory, '-w', `${WINDOW}s`, '-o', 'name', '-q'], '');
  const peer = () =>
    time('sh', ['-c', `xargs -P 64 -I PORT ssh -F ${config} -p PORT 127.0.0.1 '${script}'`], ports);

  await ours();
  const ratios = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const a = await ours();
    const b = await peer();
    ratios.push(a.seconds / b.seconds);
    console.log(
      `cruc-fleet ${a.seconds.toFixed(2)} s, ${a.lines} rows; xargs ssh ${b.seconds.toFixed(2)} s, ${b.lines} rows; ratio ${(a.seconds / b.seconds).toFixed(2)}`,
    );
  }
  ratios.sort((x, y) => x - y);
  console.log(`median ratio ${ratios[(PAIRS - 1) / 2].toFixed(2)}: ${racks * 32} sleds, window ${WINDOW} s`);
} finally {
  await simulation.stop();
}

function time(command, args, input) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    child.on('close', () =>
      resolve({ seconds: (performance.now() - started) / 1000, lines: text.split('\n').length - 1 }),
    );
    child.stdin.end(input);
  });
}

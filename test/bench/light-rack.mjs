import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import ssh2 from 'ssh2';
import { startSimulation } from '../../dist/simulator.js';
import { measure } from './measure.mjs';

/**
 * So many sleds that cost little (many-sleds.mjs), with an inventory of them; `prototype` is the command line of the
 * least that ssh2 can do with them. Each sled gives the answer after the window.
 */
export async function startLightRack({ sleds, windowMs, answer }) {
  const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-light-'));
  const at = (name) => join(folder, name);
  writeFileSync(at('answer'), answer);
  const words = [join(import.meta.dirname, 'many-sleds.mjs'), String(sleds), String(windowMs), at('answer')];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise((done) => {
    createInterface(child.stdout).once('line', done);
  });
  const { ports, key } = JSON.parse(line);
  const pair = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
  writeFileSync(at('id'), pair.private, { mode: 0o600 });
  writeFileSync(at('ports'), JSON.stringify(ports));
  writeFileSync(at('known_hosts'), ports.map((port) => `[127.0.0.1]:${port} ${key}\n`).join(''));
  writeFileSync(at('inventory.yaml'), inventoryOf(ports));
  return {
    folder,
    inventory: at('inventory.yaml'),
    ports: at('ports'),
    identity: at('id'),
    knownHosts: at('known_hosts'),
    stop: () => {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An inventory of sleds on ports of this machine, 32 a rack, with files that lie beside it. */
export function inventoryOf(ports, more = '') {
  const racks = Array.from({ length: Math.ceil(ports.length / 32) }, (_, rack) => [
    `  - id: ${rack}`,
    '    sleds:',
    ...ports
      .slice(rack * 32, rack * 32 + 32)
      .map((port, n) => `      - { cubby: ${n}, host: 127.0.0.1, port: ${port} }`),
  ]);
  const defaults = `{ identity_file: id, known_hosts: known_hosts, identity_agent: none, connect_timeout: 120s${more} }`;
  return ['version: 1', `defaults: ${defaults}`, 'racks:', ...racks.flat(), ''].join('\n');
}

/** What a simulated sled with so many upstairs answers to ds-state. */
export async function sampleAnswer(program, upstairs) {
  const simulation = await startSimulation({ racks: ['3'], sledsPerRack: 1, propolisPerSled: 4 });
  try {
    const inventory = join(simulation.rootDir, 'inventory.yaml');
    writeFileSync(inventory, simulation.inventoryYaml());
    const record = join(simulation.rootDir, 'sample');
    await measure(`${program} ds-state -i ${inventory} -w 2s -o name -q --record ${record}`);
    const file = readdirSync(record, { recursive: true }).find((name) => name.endsWith('.stdout'));
    const [head, ...rows] = readFileSync(join(record, file), 'utf8').trim().split('\n');
    const sessions = rows.filter((row) => row.includes('upstairs_id='));
    const many = Array.from({ length: upstairs }, (_, n) =>
      sessions[n % sessions.length]
        .replace(/ pid=\d+/, ` pid=${1000 + n}`)
        .replace(/(upstairs_id=.{8}-....-....-....-).{12}/, `$1${n.toString(16).padStart(12, '0')}`),
    );
    return `${[head, ...many].join('\n')}\n`;
  } finally {
    await simulation.stop();
  }
}

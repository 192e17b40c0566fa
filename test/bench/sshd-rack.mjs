import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { startSimulation } from '../../dist/simulator.js';
import { inventoryOf } from './light-rack.mjs';

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/lib/ssh/sshd'].find((path) => existsSync(path));

export const hasOpenSsh = SSHD !== undefined && spawnSync('ssh', ['-V']).error === undefined;

/** Simulated sleds, 32 a rack, each behind a real sshd of its own; and a configuration for ssh. */
export async function startSshdRack(racks) {
  const simulation = await startSimulation({
    racks: Array.from({ length: racks }, (_, n) => String(n)),
    sledsPerRack: 32,
    propolisPerSled: 4,
  });
  const at = (name) => join(simulation.rootDir, name);
  // sshd refuses to start without its privilege separation directory; only root's needs it.
  if (process.getuid() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  for (const name of ['host', 'id']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
  }
  const ports = await freePorts(simulation.sleds.length);
  const servers = simulation.sleds.map((sled, n) => {
    const { PATH, HOME } = simulation.environmentFor(sled.id);
    const config = at(`sshd-${n}`);
    writeFileSync(config, sshdConfig(at, ports[n], { PATH, HOME }));
    return spawn(SSHD, ['-D', '-e', '-f', config], { stdio: 'ignore' });
  });
  await Promise.all(ports.map(listens));
  const key = readFileSync(at('host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  writeFileSync(at('known_hosts'), ports.map((port) => `[127.0.0.1]:${port} ${key}\n`).join(''));
  writeFileSync(at('inventory.yaml'), inventoryOf(ports, `, user: ${userInfo().username}`));
  writeFileSync(at('ssh_config'), sshConfig(at));
  writeFileSync(at('ports'), JSON.stringify(ports));
  return {
    inventory: at('inventory.yaml'),
    sshConfig: at('ssh_config'),
    identity: at('id'),
    portsFile: at('ports'),
    ports,
    async stop() {
      for (const server of servers) server.kill();
      await simulation.stop();
    },
  };
}

function sshdConfig(at, port, environment) {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${at('host')}`,
    `AuthorizedKeysFile ${at('id.pub')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    `SetEnv ${Object.entries(environment)
      .map(([name, value]) => `"${name}=${value}"`)
      .join(' ')}`,
    '',
  ].join('\n');
}

/** The algorithms that ssh2 negotiates too: OpenSSH's own choice costs it 100 ms of CPU more a connection. */
export function sshConfig(at) {
  const settings = [
    `User ${userInfo().username}`,
    `IdentityFile ${at('id')}`,
    'IdentitiesOnly yes',
    'IdentityAgent none',
    `UserKnownHostsFile ${at('known_hosts')}`,
    'KexAlgorithms ecdh-sha2-nistp256',
    'Ciphers aes128-gcm@openssh.com',
    'LogLevel ERROR',
  ];
  return `Host *\n${settings.map((line) => `  ${line}\n`).join('')}`;
}

/** Held open together, so that no two are the same. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function listens(port) {
  for (let tries = 0; tries < 200; tries++) {
    const isOpen = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      }).on('error', () => resolve(false));
    });
    if (isOpen) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(`no sshd listens on port ${port}`);
}

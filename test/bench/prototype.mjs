/**
 * The least that ssh2 can do: a handshake and a command on each port, 64 handshakes at a time, all commands at once.
 *
 *     node prototype.mjs PORTS_FILE KEY_FILE USER COMMAND
 */
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import ssh2 from 'ssh2';

const [, , portsFile, keyFile, username, command] = process.argv;
const ports = JSON.parse(readFileSync(portsFile, 'utf8'));
const pem = readFileSync(keyFile, 'utf8');
const key = ssh2.utils.parseKey(pem);
const cached = createPrivateKey(key.getPrivatePEM());
const ownHash = key.type === 'ssh-ed25519' ? null : 'sha256';
key.sign = (data, hash) => sign(hash ?? ownHash, data, cached);

const queue = [...ports];
let answers = 0;
await Promise.all(Array.from({ length: 64 }, work));
await new Promise((resolve) => {
  const timer = setInterval(() => {
    if (answers < ports.length) return;
    clearInterval(timer);
    resolve();
  }, 5);
});
console.log(answers);

async function work() {
  for (let port = queue.shift(); port !== undefined; port = queue.shift()) await handshake(port);
}

function handshake(port) {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on('error', reject);
    client.on('ready', () => {
      resolve();
      client.exec(command, (error, channel) => {
        if (error) throw error;
        const chunks = [];
        channel.on('data', (chunk) => chunks.push(chunk));
        channel.stderr.resume();
        channel.on('close', () => {
          answers += 1;
          client.end();
        });
      });
    });
    client.connect({
      sock: connect({ host: '127.0.0.1', port, noDelay: true }),
      username,
      hostVerifier: () => true,
      algorithms: { kex: ['ecdh-sha2-nistp256'] },
      authHandler: (methods, _partial, next) =>
        next(methods === null ? { type: 'publickey', username, key } : false),
    });
  });
}

/**
 * Sleds that answer at once and cost little: SSH servers in one process, each on a port of its own, that play one
 * answer after the window. They stand for thousands of sleds, where the client is what is measured.
 *
 *     node many-sleds.mjs SLEDS WINDOW_MS ANSWER_FILE     prints the ports as JSON and runs until it is ended
 */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import ssh2 from 'ssh2';

const [, , count, windowMs, answerFile] = process.argv;
const answer = readFileSync(answerFile, 'utf8');
const lines = answer.split('\n').length - 1;
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const hostKey = privateKey.export({ type: 'sec1', format: 'pem' });
const parsed = ssh2.utils.parseKey(hostKey);
/** The sled's port of each connection that has yet to say its first word, by the client's port. */
const arriving = new Map();
const server = new ssh2.Server({ hostKeys: [hostKey] }, (connection, { port }) => {
  const localPort = arriving.get(port) ?? 0;
  arriving.delete(port);
  connection.on('error', () => {});
  connection.on('authentication', (context) => {
    if (context.method === 'publickey') context.accept();
    else context.reject(['publickey']);
  });
  connection.on('session', (accept) => {
    accept().on('exec', (acceptExec, _reject, { command }) => play(acceptExec(), wordOf(command), localPort));
  });
});

/** The word of the guard's marks, as the command has it; a bare client has none. */
function wordOf(command) {
  return /word=([0-9a-f]+)/.exec(command)?.[1] ?? null;
}

function play(channel, word, port) {
  // Each sled has upstairs of its own.
  const own = answer.replaceAll(/upstairs_id=.{8}/g, `upstairs_id=${port.toString(16).padStart(8, '0')}`);
  const mark = (text) => (word === null ? '' : `\ncruc-fleet ${word} ${text}\n`);
  channel.on('error', () => {});
  channel.resume();
  channel.write(mark('begin'));
  channel.stderr.write(mark('begin'));
  setTimeout(() => {
    channel.write(`${own}${mark(`end 0 ${lines} ${Buffer.byteLength(answer)}`)}`);
    channel.exit(0);
    channel.end();
  }, Number(windowMs));
}

const ports = await Promise.all(Array.from({ length: Number(count) }, listen));
const key = `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`;
console.log(JSON.stringify({ ports, key }));

function listen() {
  return new Promise((resolve, reject) => {
    const front = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => {});
      arriving.set(socket.remotePort, socket.localPort);
      server.injectSocket(socket);
    });
    front.on('error', reject);
    front.listen(0, '127.0.0.1', () => resolve(front.address().port));
  });
}

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Netcats that differ in how they end: see the usage of each. */
export type Netcat = 'openbsd' | 'traditional' | 'illumos';

const USAGE: Readonly<Record<Netcat, string>> = {
  openbsd:
    '\t-N\t\tShutdown the network socket after EOF on stdin\n\t-q secs\t\tquit after EOF on stdin and delay of secs\n',
  traditional: '\t-q secs\t\t\tquit after EOF on stdin and delay of secs\n',
  illumos: 'usage: nc [-46DEFdhklnrtuvzZ] [-I length] [hostname] [port]\n',
};

/**
 * Writes an executable `nc` that ends as the real ones do: without -q those of Linux stay when their standard input
 * ends, and the one of illumos knows neither -q nor -N, and ends when the other side does. It says its number in
 * `nc.pids` beside itself.
 */
export function writeNetcat(directory: string, kind: Netcat): string {
  const file = join(directory, 'nc');
  const script = `#!${process.execPath}
const net = require('node:net');
const fs = require('node:fs');
const kind = ${JSON.stringify(kind)};
const words = process.argv.slice(2);
if (words[0] === '-h') {
  process.stderr.write(${JSON.stringify(USAGE[kind])});
  process.exit(kind === 'illumos' ? 1 : 0);
}
fs.appendFileSync(${JSON.stringify(`${file}.pids`)}, process.pid + '\\n');
let quits = false;
let isVerbose = false;
for (;;) {
  if (words[0] === '-v') isVerbose = true;
  else if (words[0] === '-q' && kind !== 'illumos') {
    words.shift();
    quits = true;
  } else if (words[0]?.startsWith('-')) {
    process.stderr.write('nc: illegal option ' + words[0] + '\\n');
    process.exit(1);
  } else break;
  words.shift();
}
const [host, port] = words;
const socket = net.connect({ host, port: Number(port), noDelay: true });
socket.on('error', (error) => {
  const text = error.code === 'ECONNREFUSED' ? 'Connection refused' : error.message;
  if (isVerbose) process.stderr.write('nc: connect to ' + host + ' port ' + port + ' (tcp) failed: ' + text + '\\n');
  process.exit(1);
});
socket.on('connect', () => {
  if (isVerbose) process.stderr.write('Connection to ' + host + ' ' + port + ' port [tcp/*] succeeded!\\n');
  process.stdin.on('data', (data) => socket.write(data));
});
process.stdin.on('end', () => {
  if (quits) process.exit(0);
  if (kind === 'illumos') socket.end();
});
process.stdin.on('error', () => {});
process.stdout.on('error', () => {});
socket.on('data', (data) => process.stdout.write(data));
socket.on('end', () => {
  if (kind !== 'traditional') process.exit(0);
});
setInterval(() => {}, 1000);
`;
  writeFileSync(file, script);
  chmodSync(file, 0o755);
  return file;
}

// Preloaded into a process of cruc-fleet (node --import): ends it as kill -9 does just before its n-th change of the
// folder that $KILL_FOLDER names. The program itself knows nothing of it.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { KILL_FOLDER = '', KILL_AT = '0' } = process.env;
let steps = 0;

const step = () => {
  steps += 1;
  if (steps === Number(KILL_AT)) process.kill(process.pid, 'SIGKILL');
};

for (const name of ['open', 'rename', 'rm', 'mkdir', 'unlink']) {
  const real = fs.promises[name];
  fs.promises[name] = async (path, ...rest) => {
    const isOurs = String(path).startsWith(KILL_FOLDER);
    const changes = name !== 'open' || /^[wa]/.test(String(rest[0]));
    if (changes && isOurs) step();
    const made = await real(path, ...rest);
    // The history is written into where it lies: after half of a write the kill comes too.
    return name === 'open' && rest[0] === 'r+' && isOurs ? mortal(made) : made;
  };
}

function mortal(file) {
  const write = file.write.bind(file);
  file.write = async (bytes, from, length, at) => {
    const half = Math.floor(length / 2);
    await write(bytes, from, half, at);
    step();
    await write(bytes, from + half, length - half, at + half);
    step();
    return { bytesWritten: length, buffer: bytes };
  };
  return file;
}
syncBuiltinESMExports();

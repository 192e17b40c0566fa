// Preloaded into a process of cruc-fleet (node --import): ends it as kill -9 does just before its n-th change of the
// folder that $KILL_FOLDER names. The program itself knows nothing of it.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { KILL_FOLDER = '', KILL_AT = '0' } = process.env;
let steps = 0;

for (const name of ['open', 'rename', 'rm', 'mkdir', 'unlink']) {
  const real = fs.promises[name];
  fs.promises[name] = async (path, ...rest) => {
    const changes = name !== 'open' || /^[wa]/.test(String(rest[0]));
    if (changes && String(path).startsWith(KILL_FOLDER)) {
      steps += 1;
      if (steps === Number(KILL_AT)) process.kill(process.pid, 'SIGKILL');
    }
    return await real(path, ...rest);
  };
}
syncBuiltinESMExports();

// Makes the n-th thing that a simulation asks of the system fail, and all later ones of that kind.
// Imported by a test, or preloaded into cruc-fleet (node --import) with FAIL_AT=n.
import childProcess from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { promisify } from 'node:util';

let failAt = 0;
let steps = [];
let failing = null;
/** How often a kind fails; Infinity: always from then on. */
let times = Infinity;

/** Arms it: the n-th step from now on fails; 0 for none. */
export function failAtStep(n, count = Infinity) {
  [failAt, steps, failing, times] = [n, [], null, count];
}

/** What failed, and the kinds of the steps that there were, in order. */
export const stepsTaken = () => ({ steps, failing });

function problemAt(kind) {
  steps.push(kind);
  if (steps.length === failAt) failing = kind;
  if (failing !== kind || times-- <= 0) return null;
  return Object.assign(new Error(`EMFILE: injected failure of ${kind}`), { code: 'EMFILE', syscall: kind });
}

const isOurs = (path) => /cruc-fleet-sim\.|simulation-that-fails/.test(String(path));

for (const name of ['mkdtempSync', 'mkdirSync', 'writeFileSync', 'chmodSync', 'symlinkSync', 'openSync']) {
  const real = fs[name];
  fs[name] = (...args) => {
    const problem = isOurs(name === 'symlinkSync' ? args[1] : args[0]) ? problemAt(name) : null;
    if (problem !== null) throw problem;
    return real(...args);
  };
}

const { generateKeyPairSync } = crypto;
crypto.generateKeyPairSync = (...args) => {
  const problem = problemAt('generateKeyPairSync');
  if (problem !== null) throw problem;
  return generateKeyPairSync(...args);
};

const { execFile } = childProcess;
childProcess.execFile = Object.assign((...args) => execFile(...args), {
  [promisify.custom]: async (...args) => {
    const problem = problemAt('execFile');
    if (problem !== null) throw problem;
    return await execFile[promisify.custom](...args);
  },
});

const listen = Reflect.get(net.Server.prototype, 'listen');
net.Server.prototype.listen = function (...args) {
  const problem = problemAt('listen');
  if (problem === null) return listen.apply(this, args);
  process.nextTick(() => this.emit('error', problem));
  return this;
};

const connect = Reflect.get(net.Socket.prototype, 'connect');
net.Socket.prototype.connect = function (...args) {
  const problem = problemAt('connect');
  if (problem === null) return connect.apply(this, args);
  this.destroy(problem);
  return this;
};

syncBuiltinESMExports();

failAtStep(Number(process.env.FAIL_AT ?? 0));

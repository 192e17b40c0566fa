import { execFileSync, spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { sampleAnswer, startLightRack } from './light-rack.mjs';
import { measure, median } from './measure.mjs';
import { inPairs, loneRow, rowOf, telling } from './runs.mjs';
import { hasOpenSsh, startSshdRack } from './sshd-rack.mjs';

/** Bytes of the command that the program sends under its guard. */
const COMMAND_BYTES = 9_000;
/** A start is short beside the hundredths of a second in which a shell counts. */
const STARTS = 10;
const UPSTAIRS = 8;
const HERE = import.meta.dirname;

const cpu = (one) => one.cpuMs;
const wall = (one) => one.wallMs;

/** What is measured. `measure` gives rows, and how many rounds there were. */
export const LINES = [
  { name: 'start', title: 'A start', measure: measureStart },
  { name: 'small', title: '32 light sleds, window 2 s', measure: measureSmall },
  { name: 'cold', title: '1,024 light sleds, window 2 s', measure: measureCold },
  { name: 'all', title: '4,096 light sleds, window 2 s, by default', measure: measureAll },
  { name: 'memory', title: 'Peak memory, 4,096 light sleds of 8 upstairs, -o json', measure: measureMemory },
  { name: 'openssh', title: '96 real sshd, window 3 s', measure: measureOpenSsh },
  { name: 'rounds', title: '1,024 light sleds, asked again on open connections', measure: measureRounds },
  { name: 'growth', title: 'How cost grows', measure: measureGrowth },
];

function run(program, inventory, words = '-w 2s -o name') {
  return `${program} ds-state -i ${inventory} -q ${words}`;
}

/** The least that ssh2 can do with the same sleds. */
function prototype({ ports, identity }, { user = 'root', script = 'x'.repeat(COMMAND_BYTES) } = {}) {
  const words = [join(HERE, 'prototype.mjs'), ports, identity, user, `'${script}'`];
  return { name: 'bare ssh2', command: `'${process.execPath}' ${words.join(' ')}` };
}

function earlier({ before }, commandOf) {
  return before === null ? [] : [{ name: 'before', command: commandOf(before) }];
}

async function withLightRack(context, { sleds, upstairs = UPSTAIRS, windowMs = 2_000, answer }, use) {
  const text = answer ?? (await sampleAnswer(context.ours, upstairs));
  const rack = await startLightRack({ sleds, windowMs, answer: text });
  // What is kept of the runs goes with the sleds.
  process.env['XDG_STATE_HOME'] = rack.folder;
  try {
    return await use(rack);
  } finally {
    rack.stop();
  }
}

async function measureStart(context) {
  const rounds = context.rounds ?? 5;
  const rows = [];
  for (const flag of ['--help', '--version']) {
    const bare = { name: 'node -e 0', prints: false, command: `'${process.execPath}' -e 0` };
    const peers = [bare, ...earlier(context, (program) => `${program} ${flag}`)];
    const samples = await inPairs(
      { command: `${context.ours} ${flag}`, times: STARTS },
      peers.map((peer) => ({ ...peer, times: STARTS })),
      rounds,
    );
    rows.push(...samples.map((sample) => rowOf(sample, { what: flag, unit: 'CPU ms', value: cpu })));
  }
  return { rows, rounds };
}

async function measureSmall(context) {
  const rounds = context.rounds ?? 9;
  return await withLightRack(context, { sleds: 32 }, async (rack) => {
    const peers = [
      prototype(rack),
      ...earlier(context, (program) => run(program, rack.inventory)),
      ...xargsOfLight(rack),
    ];
    const samples = await inPairs({ command: run(context.ours, rack.inventory) }, peers, rounds);
    const goal = { ours: 350 };
    return {
      rounds,
      rows: samples.map((sample, n) =>
        rowOf(sample, { what: 'whole', unit: 'CPU ms', value: cpu, goal: n === 0 ? goal : null }),
      ),
    };
  });
}

/** One ssh a sled with the key exchange that ssh2 uses too; what the sleds play needs no script. */
function xargsOfLight(rack) {
  if (!hasOpenSsh) return [];
  const options = [
    '-F none -l root -o IdentitiesOnly=yes -o IdentityAgent=none -o LogLevel=ERROR',
    `-i ${rack.identity} -o UserKnownHostsFile=${rack.knownHosts}`,
    '-o KexAlgorithms=ecdh-sha2-nistp256 -o Ciphers=aes128-gcm@openssh.com',
  ];
  const ports = `tr -d '[]' <${rack.ports} | tr , '\\n'`;
  const ssh = `ssh ${options.join(' ')} -p PORT 127.0.0.1 ds-state`;
  return [{ name: 'xargs -P 64 ssh', command: `${ports} | xargs -P 64 -I PORT ${ssh}` }];
}

/** The whole program on such a rack, next to bare ssh2 and to an earlier build. */
async function whole(context, rack, rounds) {
  const peers = [prototype(rack), ...earlier(context, (program) => run(program, rack.inventory))];
  return await inPairs({ command: run(context.ours, rack.inventory), isLong: true }, peers, rounds);
}

async function measureCold(context) {
  const rounds = context.rounds ?? 5;
  const sleds = 1_024;
  return await withLightRack(context, { sleds }, async (rack) => {
    const samples = await whole(context, rack, rounds);
    const unit = { what: 'a cold sled', unit: 'CPU ms', value: cpu, each: sleds, digits: 2 };
    const rows = samples.flatMap((sample, n) => [
      rowOf(sample, { ...unit, goal: n === 0 ? { ours: 3.3 } : null }),
      rowOf(sample, { what: 'whole', unit: 's', value: wall, each: 1_000, digits: 1 }),
    ]);
    return { rows, rounds };
  });
}

async function measureAll(context) {
  const rounds = context.rounds ?? 5;
  const sleds = 4_096;
  return await withLightRack(context, { sleds }, async (rack) => {
    const samples = await whole(context, rack, rounds);
    return {
      rounds,
      rows: samples.flatMap((sample, n) => [
        rowOf(sample, {
          what: 'whole',
          unit: 's',
          value: wall,
          each: 1_000,
          digits: 1,
          goal: n === 0 ? { ratio: 1.05 } : null,
        }),
        rowOf(sample, { what: 'a cold sled', unit: 'CPU ms', value: cpu, each: sleds, digits: 2 }),
      ]),
    };
  });
}

async function measureMemory(context) {
  const rounds = context.rounds ?? 3;
  return await withLightRack(context, { sleds: 4_096, upstairs: UPSTAIRS }, async (rack) => {
    const json = (program) => run(telling(program), rack.inventory, '-w 2s -o json');
    const bare = prototype(rack);
    const peers = [
      { ...bare, command: telling(bare.command) },
      ...earlier(context, (program) => json(program)),
    ];
    const samples = await inPairs({ command: json(context.ours), isLong: true }, peers, rounds);
    const value = (one) => one.peakMib;
    return {
      rounds,
      rows: samples.map((sample, n) =>
        rowOf(sample, { what: 'all at once', unit: 'MiB', value, goal: n === 0 ? { ours: 220 } : null }),
      ),
    };
  });
}

/** What runs the same script: one ssh a host, and the least that ssh2 can do. */
function sshPeers(rack) {
  const script = `sh "$HOME/.cruc-fleet/scripts/get-ds-state.sh" -w 3`;
  const input = rack.ports.join('\n');
  const { portsFile: ports, identity } = rack;
  return [
    {
      name: 'xargs -P 96 ssh',
      command: `xargs -P 96 -I PORT ssh -F ${rack.sshConfig} -p PORT 127.0.0.1 '${script}'`,
      input,
    },
    prototype({ ports, identity }, { user: userInfo().username, script }),
  ];
}

/** Those that take hosts and no ports cannot be asked for servers on ports of one address. */
function absentTools() {
  const tools = ['pdsh', 'clush'];
  const absent = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
  return absent.length === 0 ? '' : `not installed here: ${absent.join(', ')}`;
}

async function measureOpenSsh(context) {
  const rounds = context.rounds ?? 9;
  if (!hasOpenSsh) return { rows: [], rounds: 0, note: 'OpenSSH is not installed here' };
  const rack = await startSshdRack(3);
  process.env['XDG_STATE_HOME'] = join(rack.inventory, '..');
  try {
    await measure(`${context.ours} push --rack '*' -i ${rack.inventory} -q`);
    const ours = { command: run(context.ours, rack.inventory, '-w 3s -o name') };
    const [sample, bare] = await inPairs(ours, sshPeers(rack), rounds);
    const spent = { what: 'client CPU a sled', unit: 'CPU ms', value: cpu, each: 96, digits: 1 };
    return {
      rounds,
      note: absentTools(),
      rows: [
        rowOf(sample, { what: 'whole', unit: 's', value: wall, each: 1_000, digits: 2, goal: { ratio: 1 } }),
        rowOf(sample, { ...spent, goal: { ratio: 0.333 } }),
        rowOf(bare, spent),
      ],
    };
  } finally {
    await rack.stop();
  }
}

async function measureRounds(context) {
  const rounds = context.rounds ?? 5;
  const sleds = 1_024;
  const program = join(HERE, '../../node_modules/.cache/bench/rounds.mjs');
  const words = `${join(HERE, 'rounds.ts')} --platform node --format esm --external ssh2 --file ${program}`;
  execFileSync('npx', ['rolldown', ...words.split(' ')], { stdio: 'ignore' });
  return await withLightRack(context, { sleds, windowMs: 500 }, async (rack) => {
    const files = [rack.ports, rack.identity, rack.knownHosts, join(HERE, '../../scripts')];
    const told = execFileSync(process.execPath, [program, ...files, String(rounds + 1)], {
      encoding: 'utf8',
    });
    const [first, ...again] = JSON.parse(told).map(({ cpuMs, answered }) => {
      if (answered !== sleds) throw new Error(`${answered} of ${sleds} sleds answered`);
      return Number((cpuMs / sleds).toFixed(2));
    });
    return {
      rounds,
      rows: [
        loneRow({ what: 'the first round, a sled', unit: 'CPU ms', ours: first }),
        loneRow({ what: 'a later round, a sled', unit: 'CPU ms', ours: median(again), goal: 1 }),
      ],
    };
  });
}

/** Ours alone: twice as much of one thing should cost at most twice as much. */
async function measureGrowth(context) {
  const rounds = context.rounds ?? 3;
  const rows = [];
  const add = async (what, size, words) => {
    await withLightRack(context, size, async (rack) => {
      const samples = [];
      for (let round = 0; round < rounds; round++) {
        samples.push(await measure(words(telling(context.ours), rack)));
        process.stderr.write('.');
      }
      const of = (value) => median(samples.map(value));
      rows.push(
        loneRow({ what, unit: 'CPU ms a sled', ours: Number((of(cpu) / size.sleds).toFixed(2)) }),
        loneRow({ what, unit: 'MiB', ours: Math.round(of((one) => one.peakMib)) }),
      );
    });
  };
  const state = (program, rack) => run(program, rack.inventory, '-w 2s -o json');
  for (const sleds of [64, 256, 1_024]) await add(`${sleds} sleds`, { sleds }, state);
  for (const upstairs of [1, 16, 64]) {
    await add(`256 sleds of ${upstairs} upstairs`, { sleds: 256, upstairs }, state);
  }
  for (const kib of [1, 64, 512]) {
    const answer = '0123456789abcde\n'.repeat(64 * kib);
    await add(`64 sleds, ${kib} KiB of output each`, { sleds: 64, answer }, (program, rack) => {
      return `${program} exec --rack '*' -i ${rack.inventory} -q -o json -- print`;
    });
  }
  return { rows, rounds };
}

import { describe, expect, it } from 'vitest';
import { getopt } from '../../src/simulator/command-output.ts';
import type { CrucibleProcess, Zone } from '../../src/simulator/crucible.ts';
import { pgrep } from '../../src/simulator/pgrep.ts';
import { ps } from '../../src/simulator/ps.ts';
import { zoneadm } from '../../src/simulator/zoneadm.ts';

const LONG = `/opt/oxide/propolis-server/bin/propolis-server run ${'x'.repeat(80)}`;
const ZONE = 'oxz_propolis-server_3f2b1c9e-7d14-4c7a-9a51-0d6c9f6b1a22';

const process = (pid: number, zone: string, args: string, command: string): CrucibleProcess => ({
  pid,
  parentPid: 1,
  zone,
  args,
  command,
  user: 'root',
  provider: null,
  sessions: [],
});

const processes = [
  process(28_022, ZONE, LONG, 'propolis-server'),
  process(701, 'global', '/usr/lib/ssh/sshd', 'sshd'),
  process(812, 'oxz_crucible_a', '/opt/oxide/crucible/bin/crucible-downstairs run', 'crucible-downstairs'),
];

const lines = (text: string): string[] => text.split('\n').slice(0, -1);

describe('ps', () => {
  it('right-justifies the zone in 8 columns and never cuts it', () => {
    expect(ps(['-eo', 'pid,zone'], processes).stdout).toBe(
      `  PID     ZONE\n  701   global\n  812 oxz_crucible_a\n28022 ${ZONE}\n`,
    );
  });

  it('cuts the arguments at 79 characters', () => {
    const [heading, , , last] = lines(ps(['-e', '-o', 'pid,zone,args'], processes).stdout);
    expect(heading).toBe('  PID     ZONE COMMAND');
    expect(last).toBe(`28022 ${ZONE} ${LONG.slice(0, 79)}`);
  });

  it('leaves the heading out when every one is empty', () => {
    expect(ps(['-o', 'zone=', '-p', '28022'], processes).stdout).toBe(`${ZONE}\n`);
    expect(ps(['-p701', '-o', 'zone='], processes).stdout).toBe('  global\n');
  });

  it('knows processes by PIDs and by zones', () => {
    expect(lines(ps(['-o', 'pid=', '-p', '701,28022'], processes).stdout)).toEqual(['  701', '28022']);
    expect(ps(['-o', 'pid=', '-z', 'oxz_crucible_a'], processes).stdout).toBe('  812\n');
    expect(lines(ps(['-A', '-o', 'pid='], processes).stdout)).toHaveLength(3);
  });

  it('prints only the heading and exits 1 for a PID that is gone', () => {
    expect(ps(['-o', 'zone', '-p', '999'], processes)).toEqual({
      stdout: '    ZONE\n',
      stderr: '',
      status: 1,
    });
  });

  it('shows comm as the first word of the arguments and fname in 8 columns', () => {
    expect(ps(['-o', 'fname,comm', '-p', '812'], processes).stdout).toBe(
      'COMMAND  COMMAND\ncrucible /opt/oxide/crucible/bin/crucible-downstairs\n',
    );
  });

  it('lists with -f and -ef as people use it', () => {
    const [heading, first] = lines(ps(['-ef'], processes).stdout);
    expect(heading).toBe('     UID   PID  PPID   C    STIME TTY         TIME CMD');
    expect(first).toMatch(/^ {4}root {3}701 {5}1 .* \/usr\/lib\/ssh\/sshd$/);
  });

  it('refuses what it does not know, rather than to answer something else', () => {
    expect(ps(['-eo', 'pid,wchan'], processes)).toMatchObject({ stdout: '', status: 1 });
    expect(ps(['--sort=pid'], processes)).toMatchObject({ stdout: '', status: 1 });
  });
});

describe('pgrep', () => {
  const pgrepped = (...argv: string[]) => pgrep(argv, processes);

  it('matches the first 15 characters of the name', () => {
    expect(pgrepped('-x', 'propolis-server').stdout).toBe('28022\n');
    expect(pgrepped('-x', 'crucible-downstairs')).toEqual({ stdout: '', stderr: '', status: 1 });
    expect(pgrepped('-x', 'crucible-downst').stdout).toBe('812\n');
    expect(pgrepped('crucible').stdout).toBe('812\n');
  });

  it('matches with -f the 79 characters of arguments that ps shows', () => {
    expect(pgrepped('-f', 'bin/crucible-downstairs run').stdout).toBe('812\n');
    expect(pgrepped('-f', 'x{30}').status).toBe(1);
  });

  it('takes zones, several patterns, and lists names', () => {
    expect(pgrepped('-z', ZONE).stdout).toBe('28022\n');
    expect(pgrepped('-lx', 'propolis-server|sshd').stdout).toBe('  701 sshd\n28022 propolis-server\n');
    expect(pgrepped('sshd', 'propolis').stdout).toBe('701\n28022\n');
    expect(pgrepped('-d', ',', '.').stdout).toBe('701,812,28022\n');
  });

  it('exits 2 without a criterion', () => {
    expect(pgrepped()).toMatchObject({ stdout: '', status: 2 });
    expect(pgrepped('-q', 'x').status).toBe(2);
  });
});

describe('zoneadm list', () => {
  const zones: Zone[] = [
    { id: 0, name: 'global', uuid: '', path: '/', brand: 'ipkg', ipType: 'shared' },
    { id: 4, name: ZONE, uuid: 'u', path: '/pool/a:b', brand: 'omicron1', ipType: 'excl' },
  ];

  it('prints seven fields with -p, with colons of the path escaped', () => {
    expect(zoneadm(['list', '-cp'], zones).stdout).toBe(
      `0:global:running:/::ipkg:shared\n4:${ZONE}:running:/pool/a\\:b:u:omicron1:excl\n`,
    );
  });

  it('prints names without options, and leaves the global zone out with -n', () => {
    expect(zoneadm(['list'], zones).stdout).toBe(`global\n${ZONE}\n`);
    expect(zoneadm(['list', '-n'], zones).stdout).toBe(`${ZONE}\n`);
  });

  it('prints a table with -v', () => {
    const [heading, first] = lines(zoneadm(['list', '-cv'], zones).stdout);
    expect(heading).toMatch(/^ {2}ID NAME +STATUS +PATH +BRAND +IP/);
    expect(first).toMatch(/^ {3}0 global +running +\/ +ipkg +shared/);
  });
});

describe('getopt', () => {
  it('reads grouped letters, attached and separate values, and stops at an operand', () => {
    expect(getopt(['-ab', '-ov', '-o', 'w', 'x', '-a'], 'abo:')).toEqual({
      options: [
        ['a', ''],
        ['b', ''],
        ['o', 'v'],
        ['o', 'w'],
      ],
      operands: ['x', '-a'],
    });
    expect(getopt(['-a', '--', '-b'], 'ab')).toEqual({ options: [['a', '']], operands: ['-b'] });
    expect(getopt(['-z'], 'ab')).toEqual({ bad: 'z' });
    expect(getopt(['-o'], 'o:')).toEqual({ bad: 'o' });
  });
});

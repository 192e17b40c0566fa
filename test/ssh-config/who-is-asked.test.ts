import { describe, expect, it } from 'vitest';
import type { SshAnswer } from '../../src/ssh-config/ask-ssh.ts';
import { makeTarget } from '../support/sleds.ts';
import { useConfigFolder } from './support/config-folder.ts';

const SAID: SshAnswer = { kind: 'ended', status: 0, stdout: 'user ada\n', stderr: '' };

describe('ssh', () => {
  const folder = useConfigFolder();
  const rack = Array.from({ length: 4096 }, (_, n) => makeTarget(0, { host: `sled${n}` }));
  const ask = () => Promise.resolve(SAID);

  const hosts = () => folder.calls.map((args) => args.at(-1));

  it('is not asked where there is no configuration', async () => {
    expect(await folder.configure(rack, { ask })).toBe(rack);
    expect(folder.calls).toEqual([]);
  });

  it('is not asked about 4,096 sleds that no block takes, nor about lines that make no difference', async () => {
    folder.write(
      '.ssh/config',
      'Host github.com gw?',
      '  User git',
      'Match host x*',
      '  ForwardAgent yes',
      'Host *',
      '  SendEnv LANG LC_*',
      '  HashKnownHosts yes',
      '  GSSAPIAuthentication yes',
    );
    const targets = await folder.configure(rack, { ask });
    expect(folder.calls).toEqual([]);
    expect(targets.every((target, n) => target === rack[n])).toBe(true);
  });

  it('is asked once for all hosts that the same blocks take', async () => {
    folder.write('.ssh/config', 'Host sled7*', '  User ada', 'Host *', '  ProxyCommand nc %h %p');
    const targets = await folder.configure(rack, { ask });
    expect(hosts()).toEqual(['sled0', 'sled7']);
    expect(targets.every(({ login }) => login.user === 'ada')).toBe(true);
  });

  it.each([
    ['a value that ssh fills in', ['Host *', '  UserKnownHostsFile ~/.ssh/kh-%h']],
    ['a Match', ['Match host sled*', '  User ada']],
    ['a canonical name', ['CanonicalizeHostname yes']],
    ['an Include that only ssh can follow', ['Include lab-${LAB}']],
  ])('is asked about each host for its own where the answer may differ: %s', async (_, lines) => {
    folder.write('.ssh/config', ...lines);
    await folder.configure(rack.slice(0, 20), { ask });
    expect(hosts()).toEqual(rack.slice(0, 20).map(({ login }) => login.host));
  });

  it('is asked once for hosts that differ in their names alone', async () => {
    folder.write('.ssh/config', 'Host sled*', '  HostName %h.lab%%1', '  HostName not-this');
    const targets = await folder.configure(rack, { ask });
    expect(hosts()).toEqual(['sled0']);
    expect(targets.map(({ login }) => login.host)).toEqual(rack.map(({ login }) => `${login.host}.lab%1`));
  });

  it('is asked about one host alone where a word is not known, whatever block it stands in', async () => {
    folder.write('.ssh/config', 'Host elsewhere', '  Prot 22');
    await folder.configure(rack, { ask });
    expect(hosts()).toEqual(['sled0']);
  });

  it('minds upper and lower case, negation, and the file that is chosen', async () => {
    const chosen = folder.write('other', 'Host Sled1 !sled2 sled?', '  User ada');
    folder.write('.ssh/config', 'Host *', '  User eve');
    await folder.configure(rack.slice(0, 4), { ask, chosen });
    expect(hosts()).toEqual(['sled0']);
    await folder.configure([makeTarget(0, { host: 'SLED1' }), makeTarget(0, { host: 'sled2' })], {
      ask,
      chosen,
    });
    expect(folder.calls).toHaveLength(1);
    await folder.configure(rack, { ask, chosen: 'none' });
    expect(folder.calls).toHaveLength(1);
  });

  it('is given the user and the port that the inventory says', async () => {
    folder.write('.ssh/config', 'Host *', '  IdentityFile ~/.ssh/lab');
    const origins = { user: 'inventory', port: 'inventory' } as const;
    await folder.configure(
      [makeTarget(0, { host: 'sled0', user: 'eve', port: 2200, origins }), makeTarget(1, { host: 'sled1' })],
      { ask },
    );
    expect(folder.calls.map((args) => args.slice(4))).toEqual([
      ['-l', 'eve', '-p', '2200', '--', 'sled0'],
      ['--', 'sled1'],
    ]);
  });

  it('follows an Include, and what it includes only where its block holds', async () => {
    folder.write('.ssh/config', 'Host sled1', '  Include conf.d/*.conf', 'Include all');
    folder.write('.ssh/conf.d/a.conf', 'User ada', 'Host sled2', '  User eve');
    folder.write('.ssh/conf.d/.hidden.conf', 'User hidden');
    folder.write('.ssh/all', 'Host sled3', '  User ada');
    await folder.configure(rack.slice(0, 5), { ask });
    // The second Include stands in the same block: no other Host came before it.
    expect(hosts()).toEqual(['sled1']);
  });

  it('is not waited for when the run is interrupted', async () => {
    folder.write('.ssh/config', 'Match all', '  HostName %h.example');
    const abort = new AbortController();
    const slow = () =>
      new Promise<SshAnswer>((resolve) => {
        abort.signal.addEventListener('abort', () => resolve({ kind: 'given up' }));
        abort.abort();
      });
    expect(await folder.configure(rack, { ask: slow, signal: abort.signal })).toBe(rack);
    expect(folder.calls.length).toBeLessThanOrEqual(8);
  });
});

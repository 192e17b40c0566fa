import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeKeyFile, requireSshd } from '../support/openssh-server.ts';

const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));

/** A network of its own, which ends with what runs in it: `lo` has a link-local address there. */
const NETWORK = 'ip link set lo up && ip -6 address add fe80::1/64 dev lo nodad';

function missing(): string | null {
  const withoutSshd = requireSshd();
  if (withoutSshd !== null) return withoutSshd;
  const tried = spawnSync('unshare', ['--net', 'sh', '-c', NETWORK]);
  return tried.status === 0 ? null : 'no network namespace can be made here (unshare -n, ip)';
}

const reason = missing();

describe.skipIf(reason !== null)(
  `a link-local address${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    it('leads to a sled with its interface, from the inventory and from an ssh configuration', () => {
      const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-link-local-'));
      try {
        const path = (name: string) => join(folder, name);
        mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
        chmodSync(folder, 0o700);
        makeKeyFile(path('host'));
        writeFileSync(path('authorized_keys'), `${makeKeyFile(path('id'))}\n`);
        writeFileSync(path('known_hosts'), `[fe80::1%lo]:2299 ${readFileSync(path('host.pub'), 'utf8')}`);
        writeFileSync(
          path('sshd_config'),
          [
            'Port 2299',
            'ListenAddress fe80::1%lo',
            `HostKey ${path('host')}`,
            `AuthorizedKeysFile ${path('authorized_keys')}`,
            'StrictModes no',
            'UsePAM no',
            'PidFile none',
            '',
          ].join('\n'),
        );
        writeFileSync(path('config'), 'Host named\n  HostName fe80::1%%lo\n');
        writeFileSync(
          path('inventory.yaml'),
          [
            'version: 1',
            `defaults: { port: 2299, identity_file: ${path('id')}, known_hosts: ${path('known_hosts')}, connect_timeout: 60s }`,
            'racks:',
            '  - id: 3',
            '    sleds:',
            "      - { cubby: 0, host: 'fe80::1%lo' }",
            '      - { cubby: 1, host: named }',
            "      - { cubby: 2, host: 'fe80::1' }",
            "      - { cubby: 3, host: 'fe80::1%nowhere0' }",
            '',
          ].join('\n'),
        );
        const script = [
          NETWORK,
          // In the background it is ready when it says so.
          `mkfifo "${path('log')}"`,
          `$(command -v sshd || echo /usr/sbin/sshd) -D -e -f "${path('sshd_config')}" 2> "${path('log')}" & sshd=$!`,
          `exec 3< "${path('log')}"`,
          `while read -r line <&3; do case $line in *'listening on'*) break;; esac; done`,
          'cat <&3 > /dev/null & cat=$!',
          // One machine by two names is refused: one after the other.
          ...['0,2,3', '1'].map(
            (sleds) =>
              `"${process.execPath}" "${BIN}" exec -s ${sleds} -i "${path('inventory.yaml')}" -F "${path('config')}" -o json -- true; echo =====`,
          ),
          'kill $sshd $cat',
        ].join('\n');
        const { stdout, stderr } = spawnSync('unshare', ['--net', 'sh', '-c', script], {
          encoding: 'utf8',
          timeout: 120_000,
        });
        expect(stderr).not.toContain('warning');
        const sleds = stdout
          .split('=====')
          .filter((each) => each.trim() !== '')
          .flatMap((each) => JSON.parse(each).sleds);
        expect(sleds.map((sled: { status: string }) => sled.status)).toEqual([
          'answered',
          'failed',
          'failed',
          'answered',
        ]);
        expect(sleds[1].error.message).toContain(
          'a link-local address needs its interface, such as fe80::1%eth0',
        );
        expect(sleds[2].error.message).toContain('check that this machine has the interface nowhere0');
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  },
);

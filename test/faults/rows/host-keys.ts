import { generateKeyPair } from '../../../src/simulator/ssh-keys.ts';
import { answered, failed, type Fault } from '../fault.ts';
import { SLED } from '../field.ts';

const chapter = 'Host keys';

const TRUST =
  'After a reboot of the sled: `cruc-fleet inventory trust`, which shows when it booted. Otherwise find out who answers there.';

export const HOST_KEY_FAULTS: readonly Fault[] = [
  {
    id: 'host-key-unknown',
    chapter,
    what: 'No key of the sled is known',
    remedy: '`cruc-fleet inventory trust`, with the fingerprint compared; or `host_key: accept-new`.',
    arrange: (field) => ({ sled: { known_hosts: field.file('') } }),
    expect: failed('connect', 'host_key_unknown'),
  },
  {
    id: 'host-key-file-missing',
    chapter,
    what: 'The file of known hosts does not exist',
    remedy: 'Correct `known_hosts` in the inventory, or trust the sled: `cruc-fleet inventory trust`.',
    arrange: (field) => ({ sled: { known_hosts: `${field.folder()}/none` } }),
    expect: failed('connect', 'host_key_unknown'),
  },
  {
    id: 'host-key-changed',
    chapter,
    what: 'The sled shows another key than the known one',
    remedy: TRUST,
    arrange: () => ({ fault: 'wrong-host-key' }),
    expect: failed('connect', 'host_key_changed'),
  },
  {
    id: 'host-key-of-another-sled',
    chapter,
    what: 'The sled shows the key of another sled',
    remedy: 'The address leads to the wrong sled: correct the inventory.',
    arrange: (field) => {
      const key = field.knownLine('3/1').split(' ').slice(1).join(' ');
      const own = field.knownLine(SLED).split(' ')[0];
      return { sled: { known_hosts: field.file(`${own} ${key}\n`) } };
    },
    expect: failed('connect', 'host_key_changed'),
  },
  {
    id: 'host-key-revoked',
    chapter,
    what: 'known_hosts has the key of the sled as @revoked',
    remedy: 'Somebody withdrew it: find out why before anything else.',
    arrange: (field) => ({ sled: { known_hosts: field.file(`@revoked ${field.knownLine(SLED)}\n`) } }),
    expect: failed('connect', 'host_key_revoked'),
  },
  {
    id: 'host-key-only-certified',
    chapter,
    what: 'Only a certificate authority is known for the sled (@cert-authority)',
    remedy: 'Trust the key of the sled itself (`cruc-fleet inventory trust`), or use OpenSSH for the way.',
    arrange: (field) => ({ sled: { known_hosts: field.file(`@cert-authority ${field.knownLine(SLED)}\n`) } }),
    expect: failed('connect', 'host_key_unknown'),
  },
  {
    id: 'host-key-accepted',
    chapter,
    what: 'No key of the sled is known, with `host_key: accept-new`',
    remedy: 'Compare the fingerprint where it matters: it is kept from now on.',
    arrange: (field) => ({ sled: { known_hosts: field.file(''), host_key: 'accept-new' } }),
    expect: answered({ warning: 'accept-new' }),
  },
  {
    id: 'host-key-changed-accepting',
    chapter,
    what: 'The key has changed, with `host_key: accept-new`',
    remedy: TRUST,
    arrange: (field) => ({
      sled: {
        known_hosts: field.file(`${field.knownLine(SLED, generateKeyPair())}\n`),
        host_key: 'accept-new',
      },
    }),
    expect: failed('connect', 'host_key_changed'),
  },
  {
    id: 'host-key-unchecked',
    chapter,
    what: 'Host keys are not checked (`host_key: off`)',
    remedy: 'Anybody could have answered: use it for what does not matter.',
    arrange: () => ({ fault: 'wrong-host-key', sled: { host_key: 'off' } }),
    expect: answered({ warning: 'host key' }),
  },
];

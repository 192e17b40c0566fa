import { describe, expect, it } from 'vitest';
import { readLine } from '../../src/ssh-config/config-line.ts';

describe('a line of an ssh configuration', () => {
  it.each([
    ['HostName sled0', 'hostname', ['sled0']],
    ['  hostname=sled0', 'hostname', ['sled0']],
    ['\tHostName = "sled 0"', 'hostname', ['sled 0']],
    ['Host a !b "c d" # comment', 'host', ['a', '!b', 'c d']],
    [`IdentityFile '~/a "b"'`, 'identityfile', ['~/a "b"']],
    ['UserKnownHostsFile "~/a b"/c ~/d', 'userknownhostsfile', ['~/a b/c', '~/d']],
    ['Host a#b', 'host', ['a#b']],
    ['IdentityFile "not closed', 'identityfile', ['not closed']],
    ['"Port" 22', 'port', ['22']],
    ['Port', 'port', []],
  ])('%s', (text, keyword, words) => {
    expect(readLine(text, 'f', 1)).toMatchObject({ keyword, words });
  });

  it.each(['', '   ', '# Host a', '  #x'])('is none where it says nothing: %j', (text) => {
    expect(readLine(text, 'f', 1)).toBe(null);
  });

  it('keeps a command as it stands', () => {
    expect(readLine(`ProxyCommand  sh -c 'nc "%h" %p' # x `, 'f', 1)?.rest).toBe(`sh -c 'nc "%h" %p' # x`);
  });
});

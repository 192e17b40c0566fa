import { parseHost } from '../../yaml/host.ts';
import { isSledWord } from '../../inventory/words.ts';
import { linesOf } from '../../parse/lines.ts';
import { quoteLine } from '../../parse/quote-line.ts';
import { readLine } from '../../ssh-config/config-line.ts';
import { addressOf, NOTHING_SEEN, type SeenSled } from '../seen-sled.ts';
import type { Source } from '../source.ts';

/** Hosts that a `Host` line names one by one, with the address of their `HostName`; their gateways are none. */
export const sshConfig: Source = {
  help: "OpenSSH's configuration, such as ~/.ssh/config: names and addresses",
  looks: 'lines that begin with Host',
  recognises: (text) => {
    const keywords = new Set(linesOf(text).lines.map((line) => readLine(line, '', 0)?.keyword));
    return (
      keywords.has('host') &&
      ['hostname', 'user', 'port', 'proxyjump', 'identityfile'].some((word) => keywords.has(word))
    );
  },
  read: (text) => {
    const { hosts, jumps, doubts } = blocksOf(text);
    const seen: SeenSled[] = [];
    const leftOut: string[] = [];
    for (const [name, hostName] of hosts) {
      if (jumps.has(name)) leftOut.push(`${quoteLine(name)}: a ProxyJump leads over it`);
      else if (parseHost(name) === null) leftOut.push(`${quoteLine(name)}: not a name of a host`);
      else seen.push(sledOf(name, hostName));
    }
    return { sleds: seen, leftOut, doubts };
  },
};

/** What a name stands for is known where `HostName` says an address, or where it is one itself. */
function sledOf(name: string, hostName: string | null): SeenSled {
  const address = addressOf(hostName ?? name);
  return {
    ...NOTHING_SEEN,
    name: isSledWord(name) ? name : null,
    hostName: name,
    address: address === null ? null : { text: address, of: 'sled' },
  };
}

function blocksOf(text: string): {
  readonly hosts: ReadonlyMap<string, string | null>;
  readonly jumps: ReadonlySet<string>;
  readonly doubts: readonly string[];
} {
  const hosts = new Map<string, string | null>();
  const jumps = new Set<string>();
  const doubts: string[] = [];
  let names: readonly string[] = [];
  const { lines, lastIsOpen } = linesOf(text);
  for (const [index, line] of lines.entries()) {
    const read = readLine(line, '', index + 1);
    if (read === null) continue;
    if (lastIsOpen && index === lines.length - 1 && /^host(?:name)?$/.test(read.keyword)) {
      doubts.push(`line ${index + 1} has no line end, so it may be cut: ${quoteLine(line)}`);
      continue;
    }
    const [first = ''] = read.words;
    switch (read.keyword) {
      case 'host':
        names = read.words.filter((word) => !/[*?!]/.test(word));
        for (const name of names) if (!hosts.has(name)) hosts.set(name, null);
        break;
      case 'match':
        names = [];
        break;
      case 'hostname':
        // The first one that OpenSSH meets holds.
        for (const name of names) if (hosts.get(name) === null) hosts.set(name, first.replaceAll('%h', name));
        break;
      case 'proxyjump':
        for (const jump of read.words.flatMap((word) => word.split(','))) {
          jumps.add(jump.replace(/^.*@/, '').replace(/:\d+$/, ''));
        }
        break;
      case 'include':
        doubts.push(
          `line ${index + 1} includes ${quoteLine(read.rest)}, which is not read here: give that file too`,
        );
    }
  }
  return { hosts, jumps, doubts };
}

interface Listed {
  readonly racks: readonly string[];
  readonly sleds: readonly {
    readonly rack: string;
    readonly serial: string;
    readonly cubby: number;
    readonly host: string;
    readonly port: number;
  }[];
  readonly gateways: readonly { readonly rack: string; readonly host: string; readonly port: number }[];
  readonly identityFile: string;
  readonly knownHostsFile: string;
  /** Its own: the keys of simulated sleds do not belong in the user's file. */
  readonly hostKeysFile: string;
}

const USER = 'root';

/** The inventory file of simulated racks. Texts are written as JSON strings, which YAML reads as they are. */
export function inventoryYaml({ racks, sleds, gateways, ...files }: Listed): string {
  const text = JSON.stringify;
  const lines = [
    '# Simulated racks: written by the simulator, gone when it stops.',
    'version: 1',
    'defaults:',
    `  user: ${USER}`,
    `  identity_file: ${text(files.identityFile)}`,
    `  known_hosts: ${text(files.knownHostsFile)}`,
    `  host_keys: ${text(files.hostKeysFile)}`,
    '  connect_timeout: 10s',
    'racks:',
  ];
  for (const rack of racks) {
    lines.push(`  - id: ${text(rack)}`);
    const ways = gateways.filter((gateway) => gateway.rack === rack);
    if (ways.length > 0) {
      lines.push('    gateways:');
      for (const { host, port } of ways) {
        lines.push(`      - { host: ${text(host)}, port: ${port}, user: ${USER} }`);
      }
    }
    lines.push('    sleds:');
    for (const { serial, cubby, host, port } of sleds.filter((sled) => sled.rack === rack)) {
      lines.push(`      - { serial: ${serial}, cubby: ${cubby}, host: ${text(host)}, port: ${port} }`);
    }
  }
  return `${lines.join('\n')}\n`;
}

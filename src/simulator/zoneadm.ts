import { complained, getopt, printed } from './command-output.ts';
import type { CommandOutput } from './command-output.ts';
import type { Zone } from './crucible.ts';

/** `zoneadm list [-cinpv]`. Every simulated zone runs, so `-c` and `-i` add none. */
export function zoneadm(argv: readonly string[], zones: readonly Zone[]): CommandOutput {
  if (argv[0] !== 'list') return complained('usage:\tzoneadm list [-cipv]', 2);
  const parsed = getopt(argv.slice(1), 'cinpv');
  if ('bad' in parsed) return complained(`zoneadm: list: invalid option '${parsed.bad}'`, 2);
  const has = (letter: string): boolean => parsed.options.some(([name]) => name === letter);
  if (has('p') && has('v')) return complained('zoneadm: list: -p and -v are mutually exclusive.', 2);
  const shown = zones.filter((zone) => zone.id !== 0 || !has('n'));
  if (has('p')) {
    return printed(
      shown.map((zone) =>
        [
          zone.id,
          zone.name,
          'running',
          zone.path.replaceAll(':', '\\:'),
          zone.uuid,
          zone.brand,
          zone.ipType,
        ].join(':'),
      ),
    );
  }
  if (!has('v')) return printed(shown.map((zone) => zone.name));
  const row = (id: string, name: string, status: string, path: string, brand: string, ip: string): string =>
    `${id.padStart(4)} ${name.padEnd(16)} ${status.padEnd(10)} ${path.padEnd(30)} ${brand.padEnd(8)} ${ip.padEnd(6)}`;
  return printed([
    row('ID', 'NAME', 'STATUS', 'PATH', 'BRAND', 'IP'),
    ...shown.map((z) => row(String(z.id), z.name, 'running', z.path, z.brand, z.ipType)),
  ]);
}

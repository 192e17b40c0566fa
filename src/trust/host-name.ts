import { sameHost } from '../model/same-host.ts';
import { shellWord } from '../model/shell-word.ts';
import type { Sled } from '../model/sled.ts';

/** Whose key it is: a machine keeps its key when it moves to another address, and an address does not. */
export interface HostName {
  /** By which our file keeps its key. */
  readonly name: string;
  /** The command that shows its key and asks whether to trust it. */
  readonly remedy: string;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

const TRUST = 'cruc-fleet inventory trust';

/** A sled is its serial, or `rack/name` where none is known. */
export function nameOfSled({ serial, id }: Pick<Sled, 'serial' | 'id'>): HostName {
  const name = serial ?? id;
  return { name, remedy: `${TRUST} --sled ${shellWord(name)}` };
}

/** A gateway has nothing but its address. */
export function nameOfGateway(gateway: Address): HostName {
  const name = gatewayName(gateway);
  return { name, remedy: `${TRUST} --gateway ${shellWord(gateway.port === 22 ? gateway.host : name)}` };
}

/** `[host]:port`, which is the name of no sled. */
export function gatewayName({ host, port }: Address): string {
  return `[${sameHost(host)}]:${port}`;
}

import { isIP } from 'node:net';
import { hostPort } from '../model/host-port.ts';
import type { Gateway, Login } from '../model/target.ts';
import type { WaySeen } from '../model/trail.ts';

/** The steps of a way on which a command leads to the host: the command takes them, and does not tell. */
export function toldByCommand(login: Login, command: string): readonly WaySeen[] {
  const details = hostPort(login);
  return [
    { step: 'name', result: 'none', ms: null, said: `up to ${command}` },
    { step: 'address', result: 'none', ms: null, said: `up to ${command}`, details },
    { step: 'pipe', result: 'ok', ms: null, said: `${command} was started` },
    { step: 'tcp', result: 'none', ms: null, said: `up to ${command}` },
  ];
}

/** The steps that are the gateway's, where there is one. */
export function toldByGateway(login: Login): readonly WaySeen[] {
  const said = isIP(hostOf(login)) === 0 ? 'up to the gateway' : 'not needed: an address';
  return [
    { step: 'name', result: 'none', ms: null, said },
    { step: 'address', result: 'ok', ms: null, said: addressKind(login), details: hostPort(login) },
  ];
}

/** The address of a host that has one in the inventory, or what a name was found to mean. */
export function addressKind({ host }: Pick<Login, 'host'>): string {
  switch (isIP(hostOf({ host }))) {
    case 4:
      return 'IPv4';
    case 6:
      return 'IPv6';
    default:
      return 'a name';
  }
}

/** The gateways that were tried before: those that do not lead to the sled, and those that cannot be used. */
export interface OtherGateways {
  readonly unled: readonly string[];
  readonly passed: readonly string[];
}

/** That a gateway stands: the steps of its own way, in a line. */
export function gatewaySeen(
  via: Gateway,
  ms: number,
  way: readonly WaySeen[],
  { unled, passed }: OtherGateways,
): WaySeen {
  const steps = way
    .filter(({ result }) => result !== 'none')
    .map(({ step, ms: stepMs, said }) =>
      [step.replaceAll('_', ' '), ...(stepMs === null ? [] : [`${stepMs.toFixed(1)} ms`]), said].join(' '),
    );
  const others = [
    ...unled.map((other) => `${other} does not lead to the sled`),
    ...passed.map((other) => `${other} was skipped`),
  ];
  return {
    step: 'gateway',
    result: passed.length === 0 ? 'ok' : 'notice',
    ms,
    said: [hostPort(via), ...others].join('; '),
    details: steps.join('; '),
  };
}

/** Without the interface of a link-local address. */
function hostOf({ host }: Pick<Login, 'host'>): string {
  return host.replace(/%.*$/, '');
}

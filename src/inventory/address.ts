import { isIPv4, isIPv6 } from 'node:net';

/** Where a gateway is: what stands before `@` and after `:` is null where it was left out. */
export interface Destination {
  readonly host: string;
  readonly port: number | null;
  readonly user: string | null;
}

const HOST_LABEL = /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$/;

/** A host name, an IPv4 or an IPv6 address, its brackets taken off and its zone kept; null where the text is none. */
export function parseHost(text: string): string | null {
  const bracketed = /^\[(.*)\]$/.exec(text);
  const host = bracketed?.[1] ?? text;
  if (isIPv6(host)) return host;
  if (bracketed !== null) return null;
  if (isIPv4(host)) return host;
  const labels = host.replace(/\.$/, '').split('.');
  // `10.0.0.300` is a mistyped address and not a name.
  if (host.length > 253 || /^\d*$/.test(labels.at(-1) ?? '')) return null;
  return labels.every((label) => label.length <= 63 && HOST_LABEL.test(label)) ? host : null;
}

/** `[user@]host[:port]`, where an IPv6 address with a port stands in brackets; null where the text is none. */
export function parseDestination(text: string): Destination | null {
  const at = text.lastIndexOf('@');
  const user = at === -1 ? null : text.slice(0, at);
  if (user !== null && !isUser(user)) return null;
  const rest = text.slice(at + 1);
  const whole = parseHost(rest);
  if (whole !== null) return { host: whole, port: null, user };
  const match = /^(.*):(\d{1,5})$/.exec(rest);
  const host = match?.[1] === undefined ? null : parseHost(match[1]);
  const port = Number(match?.[2]);
  // `fd00::1:22` without brackets was read as an address above; what is left must not be one with a port.
  if (host === null || port < 1 || port > 65_535) return null;
  return { host, port, user };
}

/** A login name that no option of a command line and no `user@host:port` can be mistaken for. */
export function isUser(text: string): boolean {
  return /^[^\s@:,/'"-][^\s@:,/'"]*$/.test(text);
}

/** One spelling for all spellings of a host: `FD00:0::1` and `fd00::1` are the same machine. */
export function sameHost(host: string): string {
  if (!isIPv6(host)) return host.toLowerCase().replace(/\.$/, '');
  const [address = '', zone] = host.split('%');
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  return zone === undefined ? canonical : `${canonical}%${zone}`;
}

import { isIPv4, isIPv6 } from 'node:net';

const HOST_LABEL = /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$/;

/** A host name, an IPv4 or an IPv6 address, its brackets taken off and its zone kept; null where the text is none. */
export function parseHost(text: string): string | null {
  const bracketed = /^\[(.*)\]$/.exec(text);
  const host = bracketed?.[1] ?? text;
  if (host.includes(':') && isIPv6(host)) return host;
  if (bracketed !== null) return null;
  if (isIPv4(host)) return host;
  const labels = host.replace(/\.$/, '').split('.');
  // `10.0.0.300` is a mistyped address and not a name.
  if (host.length > 253 || /^\d*$/.test(labels.at(-1) ?? '')) return null;
  return labels.every((label) => label.length <= 63 && HOST_LABEL.test(label)) ? host : null;
}

import { parseHost } from '../yaml/host.ts';

/** Where a gateway is: what stands before `@` and after `:` is null where it was left out. */
export interface Destination {
  readonly host: string;
  readonly port: number | null;
  readonly user: string | null;
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

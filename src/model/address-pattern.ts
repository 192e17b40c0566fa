/** A host as it is written before its port, and the port. */
export interface WrittenAddress {
  readonly host: string;
  readonly port: string;
}

/** Of `host:port`; null where a text is none. */
export function addressIn(text: string): WrittenAddress | null {
  const [, host, port] = /^(.*):(\d+)$/.exec(text) ?? [];
  return host === undefined || port === undefined ? null : { host, port };
}

/**
 * Finds an address where it stands for itself: not as a part of a longer one, and not as a gateway's. The system writes
 * an IPv6 address without brackets.
 */
export function addressPattern({ host, port }: WrittenAddress): RegExp {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const forms = [...new Set([host, bare])].map((form) => `${escaped(form)}:${port}`);
  return new RegExp(`(?<![\\w.:[-]|gateway )(?:${forms.join('|')})(?![\\d])`, 'g');
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

import { isLoopback } from './listen-address.ts';

/** What a request says of itself, as far as it decides whether it is answered. */
export interface Asking {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site` and `Sec-Fetch-Mode`, which only browsers send. */
  readonly fetchSite: string | undefined;
  readonly fetchMode: string | undefined;
}

/** Why a request is not answered. */
export interface Refusal {
  readonly status: 403 | 405 | 421;
  readonly why: string;
}

/**
 * Null where a request may be answered. A page elsewhere that a reader has open must not read this one through the
 * reader's browser: neither under a name of its own that it makes lead here (DNS rebinding) nor from its own origin.
 */
export function refusalOf({ method, host, origin, fetchSite, fetchMode }: Asking): Refusal | null {
  if (method !== 'GET' && method !== 'HEAD') {
    return {
      status: 405,
      why: `${method}: this server only answers GET and HEAD; nothing can be changed here`,
    };
  }
  if (host === undefined || !isLoopback(hostName(host))) {
    return {
      status: 421,
      why: 'this server only answers to localhost, 127.0.0.1 and [::1]; open it under one of these, and let a proxy ask it under one of these',
    };
  }
  const isForeign = origin !== undefined && !isLoopback(originHost(origin));
  if (isForeign || (fetchSite === 'cross-site' && fetchMode !== 'navigate')) {
    return { status: 403, why: 'this server does not answer to pages of other sites' };
  }
  return null;
}

function hostName(host: string): string {
  const found = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::\d{1,5})?$/.exec(host);
  return (found?.[1] ?? found?.[2] ?? '').toLowerCase();
}

/** Empty for an origin that is none, such as `null`. */
function originHost(origin: string): string {
  return hostName(/^https?:\/\/(.*)$/.exec(origin)?.[1] ?? '');
}

/** A page, with what its reader chose. */
export type PageRoute =
  | { readonly page: 'rack'; readonly filter: string; readonly showsAll: boolean }
  | { readonly page: 'sled'; readonly sled: string }
  | { readonly page: 'session'; readonly token: string }
  | { readonly page: 'repairs' }
  | {
      readonly page: 'history';
      readonly filter: string;
      readonly since: string;
      readonly until: string;
    };

/** What an address means. */
export type Route =
  | { readonly is: 'page'; readonly page: PageRoute }
  /** The news of a page, as long as its reader listens. */
  | { readonly is: 'events'; readonly page: PageRoute }
  | { readonly is: 'report' | 'metrics' | 'health' | 'script' | 'icon' | 'nowhere' };

const EVENTS = '/events';
export const SCRIPT_PATH = '/live.js';
/** Of what somebody typed: no zone or id is longer. */
const MOST_TYPED = 200;

/** What the target of a request means. Never throws. */
export function routeOf(target: string): Route {
  const url = urlOf(target);
  if (url === null) return { is: 'nowhere' };
  const { pathname, searchParams } = url;
  switch (pathname) {
    case '/report.json':
      return { is: 'report' };
    case '/metrics':
      return { is: 'metrics' };
    case '/healthz':
      return { is: 'health' };
    case SCRIPT_PATH:
      return { is: 'script' };
    case '/favicon.ico':
      return { is: 'icon' };
  }
  const isEvents = pathname.startsWith(`${EVENTS}/`);
  const page = pageOf(isEvents ? pathname.slice(EVENTS.length) : pathname, searchParams);
  return page === null ? { is: 'nowhere' } : { is: isEvents ? 'events' : 'page', page };
}

function pageOf(path: string, query: URLSearchParams): PageRoute | null {
  const typed = (name: string) => (query.get(name) ?? '').slice(0, MOST_TYPED);
  const [first = '', ...rest] = path.slice(1).split('/');
  const [second, third, ...more] = rest.map(decoded);
  if (more.length > 0) return null;
  switch (first) {
    case '':
      return second === undefined ? { page: 'rack', filter: typed('q'), showsAll: query.has('all') } : null;
    case 'repairs':
      return second === undefined ? { page: 'repairs' } : null;
    case 'history':
      return second === undefined
        ? { page: 'history', filter: typed('q'), since: typed('since'), until: typed('until') }
        : null;
    case 'session':
      return typeof second === 'string' && third === undefined ? { page: 'session', token: second } : null;
    case 'sled':
      return typeof second === 'string' && typeof third === 'string'
        ? { page: 'sled', sled: `${second}/${third}` }
        : null;
    default:
      return null;
  }
}

/** Null for what is not percent-encoded text. */
function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

function urlOf(target: string): URL | null {
  // `//elsewhere/` would be another host.
  if (!target.startsWith('/') || target.startsWith('//')) return null;
  try {
    return new URL(target, 'http://localhost');
  } catch {
    return null;
  }
}

import { FleetError } from '../model/error.ts';
import { httpUrl, post } from './http.ts';

/** What became of one try to post a notice. */
export type Posted =
  | { readonly status: 'accepted' }
  | {
      readonly status: 'failed';
      /** It names the host alone: the rest of the URL is a secret. */
      readonly error: FleetError;
      /** `server`: the next one would fail as well. `post`: this one alone was refused. */
      readonly scope: 'server' | 'post';
    };

/** Posts one notice, once. Never rejects. */
export async function postNotice(
  url: string,
  body: string,
  { timeoutMs }: { readonly timeoutMs: number } = { timeoutMs: 10_000 },
): Promise<Posted> {
  const failed = (message: string, scope: 'server' | 'post', cause?: Error): Posted => {
    const error = new FleetError('webhook', message, cause === undefined ? {} : { cause });
    return { status: 'failed', error, scope };
  };
  const target = httpUrl(url);
  if (target === null) return failed('the URL to post to is not of http or https', 'server');
  const who = `the webhook at ${target.host}`;
  const answer = await post(target, body, { contentType: 'application/json', timeoutMs });
  if (answer.kind === 'failed') {
    const message = `${who} did not take the notice; check that it is there, and its URL`;
    return failed(message, 'server', new Error(answer.why));
  }
  const { status, redirectHost, text } = answer;
  if (redirectHost !== null) return failed(`${who} redirects to ${redirectHost}; check its URL`, 'server');
  if (status >= 200 && status <= 299) return { status: 'accepted' };
  const said = text === '' ? '' : `, saying "${text.replaceAll(pathOf(target), '***')}"`;
  return failed(`${who} answered with status ${status}${said}; ${adviceOn(status)}`, scopeOf(status));
}

/** A server may say back what it was asked for, which is the secret; a path as short as `/` is none. */
function pathOf({ pathname, search }: URL): RegExp {
  const secret = `${pathname}${search}`;
  if (secret.length < 2) return /(?!)/g;
  return new RegExp(secret.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`), 'g');
}

/** What a server says of this body alone; all else is said of every one. */
function scopeOf(status: number): 'server' | 'post' {
  return status === 400 || status === 413 || status === 422 ? 'post' : 'server';
}

function adviceOn(status: number): string {
  switch (status) {
    case 400:
    case 413:
    case 422:
      return 'it does not take this notice';
    case 401:
    case 403:
    case 404:
    case 410:
      return 'check its URL';
    case 429:
      return 'it takes no more for now';
    default:
      return 'look into its log';
  }
}

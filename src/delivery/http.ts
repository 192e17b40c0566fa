import { formatDuration } from '../model/duration.ts';
import { onOneLine } from '../model/printable.ts';
import { withoutSecrets } from '../model/redact.ts';

/** How a POST ended. No text in it has the user and the password of its URL. */
export type Answer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** The first of what was said, on one line. */
      readonly text: string;
      /** Where a redirect leads, `host:port`; it is not followed. */
      readonly redirectHost: string | null;
    }
  | { readonly kind: 'failed'; readonly why: string };

/** More of an answer is not read. */
const LONGEST_TEXT = 300;

/** The URL in a text, where it is an absolute one of http or https. */
export function httpUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
}

/** Posts once. User and password of the URL become a Basic login. Never rejects. */
export async function post(
  url: URL,
  body: string,
  options: { readonly contentType: string; readonly timeoutMs: number },
): Promise<Answer> {
  const login = loginOf(url);
  const target = new URL(url.href);
  target.username = '';
  target.password = '';
  const shown = (text: string): string =>
    onOneLine(withoutSecrets(text, login?.secrets ?? [])).slice(0, LONGEST_TEXT);
  try {
    const response = await fetch(target, {
      method: 'POST',
      body,
      headers: {
        'Content-Type': options.contentType,
        ...(login === null ? {} : { Authorization: login.header }),
      },
      // Another host would be told what is for this one; and many make a GET of it.
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    const location = response.headers.get('location');
    const isRedirect = response.status >= 300 && response.status < 400 && location !== null;
    return {
      kind: 'answered',
      status: response.status,
      text: shown(await beginningOf(response)),
      redirectHost:
        isRedirect && URL.canParse(location, target.href) ? new URL(location, target.href).host : null,
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      return { kind: 'failed', why: `no answer within ${formatDuration(options.timeoutMs)}` };
    }
    return { kind: 'failed', why: shown(reasonOf(error)) };
  }
}

function loginOf(url: URL): { readonly header: string; readonly secrets: readonly string[] } | null {
  if (url.username === '' && url.password === '') return null;
  const [user, password] = [decoded(url.username), decoded(url.password)];
  const both = `${user}:${password}`;
  return {
    header: `Basic ${Buffer.from(both, 'utf8').toString('base64')}`,
    secrets: [password, url.password, both],
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that begins nothing stands for itself.
    return text;
  }
}

async function beginningOf(response: Response): Promise<string> {
  let text = '';
  if (response.body === null) return text;
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    // Leaving the loop ends the rest, however long it is.
    if (text.length >= LONGEST_TEXT * 4) break;
  }
  return text;
}

/** `fetch failed` says nothing: what failed is in its cause, which may in turn hold one error an address. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const inner: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  for (const each of [inner, cause, error]) {
    if (each instanceof Error && each.message !== '') return each.message;
  }
  return String(error);
}

import { httpUrl, post } from './http.ts';

/** As much of a body as every service of this kind takes. */
const LONGEST_BODY_BYTES = 10_000;

/**
 * Tells a service in the manner of healthchecks.io that a run starts, or how it ended: `URL/start`, `URL` for
 * status 0 and `URL/STATUS` otherwise, with `rid` so that start and end are known to belong together
 * (https://healthchecks.io/docs/http_api/).
 *
 * Never rejects. Gives one line where the ping did not arrive, with the host alone: the URL's path is a secret.
 */
export async function ping(
  url: string,
  moment: 'start' | number,
  options: { readonly body?: string; readonly runId?: string; readonly timeoutMs?: number } = {},
): Promise<string | null> {
  const target = httpUrl(url);
  if (target === null) return 'the URL of the heartbeat is not of http or https; nothing was sent';
  if (moment !== 0) target.pathname = `${target.pathname.replace(/\/+$/, '')}/${moment}`;
  if (options.runId !== undefined) {
    const id = `rid=${encodeURIComponent(options.runId)}`;
    // As text: what is there already stays as it was written.
    target.search = target.search === '' ? `?${id}` : `${target.search}&${id}`;
  }
  const answer = await post(target, beginningOf(options.body ?? ''), {
    contentType: 'text/plain; charset=utf-8',
    timeoutMs: options.timeoutMs ?? 10_000,
  });
  const who = `the heartbeat at ${target.host}`;
  if (answer.kind === 'failed') return `${who} did not arrive: ${answer.why}`;
  if (answer.redirectHost !== null) {
    return `${who} did not arrive: it is redirected to ${answer.redirectHost}; check its URL`;
  }
  if (answer.status < 200 || answer.status > 299) {
    return `${who} was answered with status ${answer.status}; check its URL`;
  }
  // The hosted service takes a ping for a check that it does not know, and says so in the text alone.
  const ignored = /^OK \((not found|rate limited)\)/.exec(answer.text)?.[1];
  return ignored === undefined ? null : `${who} was not counted: ${ignored}; check its URL`;
}

function beginningOf(body: string): string {
  const bytes = Buffer.from(body, 'utf8').subarray(0, LONGEST_BODY_BYTES);
  // As a stream it leaves out a letter that was cut.
  return new TextDecoder().decode(bytes, { stream: true });
}

import type { Alert } from '../model/alert.ts';
import { FleetError } from '../model/error.ts';
import { httpUrl, post } from './http.ts';

/**
 * Posts alerts to an Alertmanager (API v2); no alerts, no request. A URL without a path gets that of the API.
 * Rejects with a FleetError, which names the host alone: there may be a password in the URL.
 */
export async function postAlerts(
  url: string,
  alerts: readonly Alert[],
  limits: { readonly timeoutMs: number } = { timeoutMs: 10_000 },
): Promise<void> {
  if (alerts.length === 0) return;
  const target = httpUrl(url);
  if (target === null) throw new FleetError('webhook', 'the URL of the webhook is not of http or https');
  if (target.pathname === '/') target.pathname = API_PATH;
  const body = JSON.stringify(
    alerts.map(({ labels, annotations, startsAt, endsAt }) => ({
      labels,
      annotations,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
    })),
  );
  const answer = await post(target, body, { contentType: 'application/json', timeoutMs: limits.timeoutMs });
  const who = `the webhook at ${target.host}`;
  if (answer.kind === 'failed') {
    const what = `${who} did not take the alerts; check that it is there, and its URL`;
    throw new FleetError('webhook', what, { cause: new Error(answer.why) });
  }
  if (answer.redirectHost !== null) {
    throw new FleetError('webhook', `${who} redirects the alerts to ${answer.redirectHost}; check its URL`);
  }
  if (answer.status >= 200 && answer.status <= 299) return;
  const said = answer.text === '' ? '' : `, saying "${answer.text}"`;
  throw new FleetError(
    'webhook',
    `${who} answered with status ${answer.status}${said}; ${adviceOn(answer.status)}`,
  );
}

const API_PATH = '/api/v2/alerts';

function adviceOn(status: number): string {
  switch (status) {
    case 401:
    case 403:
      return 'check the user and the password in its URL';
    case 404:
    case 405:
      return `check that its URL ends in ${API_PATH}`;
    default:
      return 'look into its log';
  }
}

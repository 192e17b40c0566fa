import { describeError, FleetError } from '../../model/error.ts';
import { readCredentials, type Credentials } from '../../relay/credentials.ts';
import { hubAddress } from '../../relay/hub-address.ts';
import { connectHub, type Hub } from '../../relay/nats/connect.ts';
import { hubWays, type RelayOptions } from '../options/relay-options.ts';
import type { Surroundings } from '../surroundings.ts';

/** The way to a hub and who we are to it; nothing is connected yet. */
export interface HubWay {
  readonly credentials: Credentials;
  readonly connect: (timeoutMs: number) => Promise<Hub>;
}

/** Reads what the options say of the hub. Throws `usage` or `configuration` where it cannot be so. */
export async function openHubWay(
  options: RelayOptions,
  role: Credentials['role'],
  surroundings: Pick<Surroundings, 'env' | 'cwd'>,
): Promise<HubWay> {
  const ways = hubWays(options, surroundings);
  const address = hubAddress(ways.relay, ways.caFile);
  const credentials = await readCredentials(ways.creds);
  if (credentials.role !== role) {
    const whose =
      credentials.role === 'site'
        ? `the runners of site ${credentials.name}`
        : `the asker ${credentials.name}`;
    const other = role === 'site' ? 'a runner' : 'an asker';
    throw new FleetError(
      'configuration',
      `the credentials in ${ways.creds} are for ${whose}; ${other} has its own`,
    );
  }
  const title = `cruc-fleet ${role === 'site' ? 'runner of' : 'asker'} ${credentials.name}`;
  return { credentials, connect: (timeoutMs) => connectHub(address, credentials, { title, timeoutMs }) };
}

/** A hub, or why it is not there: that is told of each site, as whatever else keeps a site from answering. */
export type HubOrWhy = Hub | { readonly why: string };

export async function connectOrWhy(way: HubWay, timeoutMs: number): Promise<HubOrWhy> {
  try {
    return await way.connect(timeoutMs);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return { why: describeError(error) };
  }
}

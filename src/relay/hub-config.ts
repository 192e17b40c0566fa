import type { Credentials } from './credentials.ts';
import { askerRights, runnerRights, type MayAsk, type Rights } from './subjects.ts';

/** What is written into the configuration of a hub. */
export interface HubPlan {
  /** `host:port`. */
  readonly listen: string;
  /** Null: no TLS, which only a hub for its own machine may do. */
  readonly tls: { readonly certificate: string; readonly key: string } | null;
  readonly storeFolder: string;
  readonly sites: readonly Pick<Credentials, 'name' | 'publicKey'>[];
  readonly askers: readonly (Pick<Credentials, 'name' | 'publicKey'> & { readonly may: readonly MayAsk[] })[];
}

/** The configuration of nats-server: one user a site and asker, with the least rights that their part takes. */
export function hubConfig(plan: HubPlan): string {
  const users = [
    ...plan.sites.map(({ name, publicKey }) =>
      user(`the runners of site ${name}`, publicKey, runnerRights(name)),
    ),
    ...plan.askers.map(({ name, publicKey, may }) =>
      user(`the asker ${name}`, publicKey, askerRights(name, may)),
    ),
  ];
  return `# The hub of cruc-fleet, for nats-server 2.9 or newer; cruc-fleet relay config wrote it.
# It holds public keys only. Run relay config again to add a site or an asker: what is there keeps its keys.
# To take one out, remove its user here and reload: nats-server --signal reload
server_name: "cruc-fleet-hub"
listen: ${JSON.stringify(plan.listen)}

${tlsBlock(plan.tls)}

# A report larger than this comes in parts.
max_payload: 1MB
# Who takes so much too slowly is cut off, and connects again.
max_pending: 64MB
write_deadline: "10s"
ping_interval: "20s"
ping_max: 2

# It keeps the last heartbeat of each runner, and the reports of scheduled checks.
jetstream {
  store_dir: ${JSON.stringify(plan.storeFolder)}
  max_memory_store: 64MB
  max_file_store: 2GB
}

authorization {
  timeout: 5
  users: [
${users.join('\n')}
  ]
}
`;
}

function tlsBlock(tls: HubPlan['tls']): string {
  if (tls !== null) {
    return `tls {\n  cert_file: ${JSON.stringify(tls.certificate)}\n  key_file: ${JSON.stringify(tls.key)}\n  timeout: 5\n}`;
  }
  return `# Without TLS, so for this machine only: cruc-fleet refuses nats:// for any other. For a hub of several machines run
# relay config again with --listen 0.0.0.0:4222 --tls-cert FILE --tls-key FILE. The certificate must name the hub as
# runners and askers write it in --relay; they check it against the authorities of their system, or --relay-ca FILE.`;
}

function user(who: string, publicKey: string, { publish, subscribe }: Rights): string {
  const list = (subjects: readonly string[]) =>
    `[\n${subjects.map((subject) => `          ${JSON.stringify(subject)}`).join(',\n')}\n        ]`;
  return `    # ${who}
    {
      nkey: ${publicKey}
      permissions: {
        publish: ${list(publish)}
        subscribe: ${list(subscribe)}
      }
    }`;
}

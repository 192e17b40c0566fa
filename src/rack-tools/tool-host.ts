import type { ToolRequest } from '../fleet/by-tool.ts';
import { describeError, FleetError, type ErrorCode } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Gateway, Target } from '../model/target.ts';
import type { Connection, Transport } from '../model/transport.ts';

/** Opens a connection to where a tool runs. */
export type ToolHost = (request: Pick<ToolRequest, 'tool' | 'gateways' | 'signal'>) => Promise<Connection>;

/** No other gateway takes the place of one that may be somebody else's. */
const FINAL: readonly ErrorCode[] = ['host_key_changed', 'host_key_revoked', 'interrupted'];

/** The first gateway that can be reached, or this machine where there are none. Rejects with a FleetError. */
export function createToolHost(transport: Transport, here: Connection): ToolHost {
  return async ({ tool, gateways, signal }) => {
    if (gateways.length === 0) return here;
    const failures: FleetError[] = [];
    for (const gateway of gateways) {
      try {
        const connection = await transport.connect(targetOf(gateway), signal);
        const warnings = [
          ...failures.map((error) => `a gateway could not be used: ${describeError(error)}`),
          ...connection.warnings.map((warning) => `gateway ${hostPort(gateway)}: ${warning}`),
        ];
        return { ...connection, via: hostPort(gateway), warnings };
      } catch (error) {
        if (!(error instanceof FleetError)) throw error;
        if (FINAL.includes(error.code)) throw error;
        failures.push(error);
      }
    }
    const [first] = failures;
    const tried = gateways.map(hostPort).join(', ');
    const message = `${tool.name} could not be run, since no gateway could be used (${tried})`;
    const cause = failures.length === 1 ? first : failures.map(describeError).join('; ');
    throw new FleetError('gateway', message, { cause });
  };
}

/** A gateway as something to log in to. */
function targetOf(gateway: Gateway): Target {
  const name = hostPort(gateway);
  return {
    sled: { id: name, rack: '', name, serial: null, cubby: null, labels: {}, host: gateway.host },
    login: gateway,
    gateways: [],
  };
}

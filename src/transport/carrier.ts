import type { Duplex } from 'node:stream';
import type { FleetError } from '../model/error.ts';
import type { Failure } from './socket.ts';

/** What carries SSH to a host's sshd: TCP from here, a forwarded connection of a gateway, or a command's pipes. */
export interface Carrier {
  readonly stream: Duplex;
  /** A failure of what went over it, with what the carrier itself knows of the reason. Waits a moment for it. */
  readonly explain: (failure: Pick<Failure, 'error' | 'turnedAway' | 'heardHost'>) => Promise<FleetError>;
}

/** A carrier that has no words of its own. */
export function plainCarrier(stream: Duplex): Carrier {
  return { stream, explain: async ({ error }) => error };
}

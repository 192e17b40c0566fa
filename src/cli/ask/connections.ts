import type { Transport } from '../../model/transport.ts';

/** What a run goes over. */
export interface Connections {
  readonly transport: Transport;
  /** What was to be said of them so far. */
  readonly warnings: Set<string>;
  /** Sleds that may be visited at the same time. */
  readonly concurrency: number;
}

import type { Session } from './upstairs-session.ts';

/** What becomes of a connection that an upstairs tries to make, and where to. */
export interface Dialled {
  /** `[address]:port` */
  readonly address: string;
  /** `refused` at once, or `silent` for the ten seconds that the upstairs waits. */
  readonly outcome: 'refused' | 'silent';
}

/** What a client of a session tries; null where it is connected, or tries nothing. */
export type Dial = (session: Session, client: number) => Dialled | null;

/** A message that a client logs. */
export interface LogLine {
  readonly offsetNs: number;
  readonly level: 'info' | 'warn';
  readonly message: string;
}

/** A client waits so long for a connection, and between two tries. */
const PATIENCE_NS = 10e9;

/** What a client logs of one try, in Crucible's words (upstairs/src/client.rs). */
export function attempt({ address, outcome }: Dialled): readonly LogLine[] {
  const begun: LogLine = { offsetNs: 0, level: 'info', message: `connecting to ${address}` };
  switch (outcome) {
    case 'refused': {
      const error = 'Os { code: 146, kind: ConnectionRefused, message: "Connection refused" }';
      const message = `ds_connection connect to ${address} failure: ${error}`;
      return [begun, { offsetNs: 1_000_000, level: 'warn', message }];
    }
    case 'silent':
      return [begun, { offsetNs: PATIENCE_NS, level: 'warn', message: 'connect timeout' }];
  }
}

/** How long after one try the next begins. */
export function pauseNs({ outcome }: Dialled): number {
  return outcome === 'silent' ? 2 * PATIENCE_NS : PATIENCE_NS;
}

/** The record of a message as slog-dtrace writes it, which is arg0 of the probe of its level. */
export function logRecord(
  { level, message }: LogLine,
  session: Session,
  client: number,
  wallNs: bigint,
): string {
  const seconds = new Date(Number(wallNs / 1_000_000n)).toISOString().slice(0, 19);
  return JSON.stringify({
    ok: {
      location: { module: 'crucible::client', file: 'upstairs/src/client.rs', line: 2600 },
      level: level.toUpperCase(),
      timestamp: `${seconds}.${String(wallNs % 1_000_000_000n).padStart(9, '0')}Z`,
      message,
      kv: { client: String(client), component: 'crucible', session_id: session.sessionId },
    },
  });
}

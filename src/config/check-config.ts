import type { Policy } from '../alert/policy.ts';
import type { MailSettings } from '../model/mail-route.ts';

/** Everything that `check` does beyond judging, as it is in force. */
export interface CheckConfig {
  readonly policy: Policy;
  /** Absolute. */
  readonly stateFile: string;
  readonly windowSeconds: number;
  /** How long another run may hold the state before this one goes on without it. */
  readonly lockWaitMs: number;
  /** Null: nobody is mailed. */
  readonly mail: MailSettings | null;
  /** Pinged at the start and the end. */
  readonly heartbeatUrl: string | null;
  readonly textfile: { readonly path: string; readonly labels: readonly string[] } | null;
  /** Alerts are posted there, and stand for `holdMs` unless posted again. */
  readonly webhook: { readonly url: string; readonly holdMs: number } | null;
}

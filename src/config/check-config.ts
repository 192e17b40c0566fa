import type { Policy } from '../alert/policy.ts';
import type { MailSettings } from '../model/mail-route.ts';
import type { Settings } from './settings.ts';

/** Everything that `check` does, as it is in force: the keys that are of a run, and what is made of others. */
export interface CheckConfig extends Settings<'run'> {
  /** Nobody named one. */
  readonly isStateFileDefault: boolean;
  readonly policy: Policy;
  /** Null: nobody is mailed. */
  readonly mail: MailSettings | null;
}

/**
 * An alert as Alertmanager has it. Its labels are its identity: it is the same one on another sled, and another
 * one once its rule or severity is another. Times are milliseconds since the epoch.
 */
export interface Alert {
  /** The key of its incident; not posted. */
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: number;
  /** Later than now while it stands: Alertmanager takes it for resolved then, unless it is posted again. */
  readonly endsAt: number;
}

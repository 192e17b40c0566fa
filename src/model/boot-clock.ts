/** Time that no setting of a clock changes: how long a machine has run since it was booted. */
export interface BootClock {
  /** Another one after each boot. */
  readonly boot: string;
  readonly ms: number;
}

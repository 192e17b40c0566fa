/** Who a sled is, as reports, recordings and mails have it. How it is reached is a `Target`'s. */
export interface Sled {
  /** `rack/name`, unique in the inventory. */
  readonly id: string;
  readonly rack: string;
  /** The name given, else the serial, else `sled<cubby>`. Unique in its rack. */
  readonly name: string;
  readonly serial: string | null;
  /** 0 to 31, unique in its rack. */
  readonly cubby: number | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Its name or address as text, or `NO_HOST`. */
  readonly host: string;
}

/** The host of a sled to which nothing is known to lead. */
export const NO_HOST = '-';

/** `14` for a sled in cubby 14, its name where no cubby is known. */
export function cubbyOrName(sled: Sled): string {
  return sled.cubby === null ? sled.name : String(sled.cubby);
}

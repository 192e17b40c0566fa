export const LARGEST_CUBBY = 31;

/**
 * Serials as Oxide writes them: `BRM42220014`, `EVT22200005`, and those of Cosmo, `2F7QK022`, which have a letter that
 * tells them from the beginning of an id.
 */
const SERIAL = /^(?:[A-Z]{3}\d{8}|\d[A-Z](?=[A-Z0-9]*[G-Z])[A-Z0-9]{6})$/;

export function isSerial(text: string): boolean {
  return text.length <= 11 && SERIAL.test(text);
}

/** What other serials have in common with those: capitals and digits, both. */
const LIKE_A_SERIAL = /^(?=[0-9-]*[A-Z])(?=[A-Z-]*\d)[A-Z0-9][A-Z0-9-]{4,30}$/;

/** The line after which `pilot host exec` prints what a sled gave. */
export interface PilotHeading {
  readonly serial: string;
  readonly cubby: number | null;
  /** Null: what it says is not understood. */
  readonly ok: boolean | null;
  /** What stands behind it on its line: the first line of the output, or of what was said instead. */
  readonly first: string;
}

/** What it says of the end of a command; another word behind a serial alone is a program in a log. */
const SAYS = /^(?:ok|fail|err|tim)/i;

/**
 * ` 8  BRM44220011        ok: first line`; without its cubby where a selection with the mouse began behind it, and
 * without a colon, as in `timed out`, where the serial is one for sure.
 */
export function readPilotHeading(line: string): PilotHeading | null {
  const match = /^\s*(?:(\d{1,3})\s+)?([A-Z0-9][A-Z0-9-]{4,30})\s+(\S.*)$/s.exec(line);
  const [, cubbyText, serial = '', rest = ''] = match ?? [];
  if (!LIKE_A_SERIAL.test(serial)) return null;
  const said = /^([A-Za-z][\w ()-]{0,30}):(?:\s(.*))?$/s.exec(rest);
  const cubby = cubbyOf(cubbyText);
  if (!isSerial(serial) && (cubby === null || said === null)) return null;
  if (cubbyText === undefined && !SAYS.test(said?.[1] ?? '')) return null;
  const ok = said === null ? null : said[1]?.toLowerCase() === 'ok';
  return { serial, cubby, ok, first: said === null ? rest : (said[2] ?? '') };
}

/** Null for what is not a cubby of a rack. */
export function cubbyOf(text: string | undefined): number | null {
  return text === undefined || Number(text) > LARGEST_CUBBY ? null : Number(text);
}

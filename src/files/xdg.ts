import path from 'node:path';

const BASES = {
  config: { variable: 'XDG_CONFIG_HOME', fallback: '.config' },
  state: { variable: 'XDG_STATE_HOME', fallback: '.local/state' },
  cache: { variable: 'XDG_CACHE_HOME', fallback: '.cache' },
} as const;

/** A folder of ours in a user's home, or where the environment has moved it. */
export interface XdgFolder {
  readonly folder: string;
  /** The variable that names where it lies; null for the default in the home. */
  readonly variable: string | null;
}

/** Our folder for configuration, state or cache, by the XDG base directory specification. */
export function xdgFolder(
  kind: keyof typeof BASES,
  places: { readonly env: Readonly<Record<string, string | undefined>>; readonly home: string },
): XdgFolder {
  const { variable, fallback } = BASES[kind];
  const base = places.env[variable] ?? '';
  // A relative one is to be ignored, says the specification.
  return path.isAbsolute(base)
    ? { folder: path.join(base, 'cruc-fleet'), variable }
    : { folder: path.join(places.home, fallback, 'cruc-fleet'), variable: null };
}

import { join } from 'node:path';
import { FleetError } from '../model/error.ts';

/** What stands for a token of ssh_config(5) in a value: `h` for `%h`. */
export type TokenValues = Readonly<Record<string, string>>;

/** Puts values in the place of tokens. Throws a FleetError `configuration` for one that has none. */
export function expandTokens(text: string, keyword: string, values: TokenValues): string {
  return text.replaceAll(/%(.?)/g, (token, letter: string) => {
    if (letter === '%') return '%';
    const value = values[letter];
    if (value !== undefined) return value;
    throw new FleetError(
      'configuration',
      `${keyword} ${text} in the ssh configuration: ${token} cannot be filled in here; write it out, or say it in the inventory`,
    );
  });
}

/** Puts what the environment has in the place of `${NAME}`. Throws a FleetError `configuration` for what it lacks. */
export function expandVariables(
  text: string,
  keyword: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
    const value = env[name];
    if (value !== undefined) return value;
    throw new FleetError(
      'configuration',
      `${keyword} ${text} in the ssh configuration: the environment has no ${name}`,
    );
  });
}

/** A path with `~` in the place of the home. Throws a FleetError `configuration` for the home of another user. */
export function expandHome(text: string, keyword: string, home: string): string {
  if (text === '~' || text.startsWith('~/')) return join(home, text.slice(1));
  if (!text.startsWith('~')) return text;
  throw new FleetError(
    'configuration',
    `${keyword} ${text} in the ssh configuration: write the home of another user out`,
  );
}

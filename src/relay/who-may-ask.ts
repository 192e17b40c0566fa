import { FleetError } from '../model/error.ts';
import { isRelayName, NAME_RULE, type MayAsk } from './subjects.ts';

export interface NamedAsker {
  readonly name: string;
  readonly may: readonly MayAsk[];
}

/**
 * Reads `storage`, which may ask every probe of every site, or `oncall=west/ds-state+east/*`: sites and probes, either of
 * them `*` for all. Throws `usage`.
 */
export function readAsker(text: string): NamedAsker {
  const [name = '', rest, ...more] = text.split('=');
  if (!isRelayName(name) || more.length > 0) {
    throw new FleetError('usage', `--askers: '${text}' does not begin with a name; a name is ${NAME_RULE}`);
  }
  if (rest === undefined) return { name, may: [{ site: '*', probe: '*' }] };
  return { name, may: rest.split('+').map((part) => mayIn(part, text)) };
}

function mayIn(part: string, text: string): MayAsk {
  const [site = '', probe = '', ...more] = part.split('/');
  const isSite = site === '*' || isRelayName(site);
  const isProbe = probe === '*' || /^[a-z0-9_-]{1,64}$/.test(probe);
  if (isSite && isProbe && more.length === 0) return { site, probe };
  throw new FleetError(
    'usage',
    `--askers: '${part}' in '${text}' is not a site and a probe; write west/ds-state, west/* or */ds-state`,
  );
}

import type { CheckConfig } from '../../config/check-config.ts';
import type { CheckResolution } from '../../config/resolve.ts';

/** The configuration with one mail for what happens to a site, where nobody said what shares a mail. */
export function bySite(config: CheckConfig, { values }: CheckResolution): CheckConfig {
  const isSaid = values.some(({ name, origin }) => name === 'group_by' && origin !== 'default');
  return isSaid ? config : { ...config, policy: { ...config.policy, groupBy: 'site' } };
}

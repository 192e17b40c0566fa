import { describe, expect, it } from 'vitest';
import { historyPlaceOf } from '../../src/check/history-place.ts';
import { inventorySection, resolve } from '../config/support/resolving.ts';

const placeOf = async (...lines: readonly string[]) => {
  const { config, problems } = await resolve({ inventorySection: inventorySection(...lines) });
  expect(problems).toEqual([]);
  return historyPlaceOf(config);
};

describe('the place of the history', () => {
  it('is beside the state file, in its folder, which is made where it is ours', async () => {
    expect(await placeOf('window: 3s')).toEqual({
      path: '/home/ada/.local/state/cruc-fleet/check.history.ndjson',
      keepMs: 90 * 86_400_000,
      isFolderOurs: true,
    });
    expect(await placeOf('state_file: /var/lib/c/rack3.json')).toMatchObject({
      path: '/var/lib/c/rack3.history.ndjson',
      isFolderOurs: false,
    });
  });

  it('is where the configuration says, or nowhere', async () => {
    expect(await placeOf('history: { path: ../h.ndjson, keep: 30d }')).toEqual({
      path: '/etc/h.ndjson',
      keepMs: 30 * 86_400_000,
      isFolderOurs: false,
    });
    expect(await placeOf('history: h.ndjson')).toMatchObject({ keepMs: 90 * 86_400_000 });
    expect(await placeOf('history: off')).toBeNull();
    expect(await placeOf('history: false')).toBeNull();
  });
});

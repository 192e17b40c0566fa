import { describe, expect, it } from 'vitest';
import { xdgFolder } from '../../src/files/xdg.ts';

describe('xdgFolder', () => {
  it('is in the home where the environment says nothing, or something relative', () => {
    const folders = (['config', 'state', 'cache'] as const).map((kind) =>
      xdgFolder(kind, { env: { XDG_CONFIG_HOME: '', XDG_STATE_HOME: 'state' }, home: '/home/ada' }),
    );
    expect(folders).toEqual([
      { folder: '/home/ada/.config/cruc-fleet', variable: null },
      { folder: '/home/ada/.local/state/cruc-fleet', variable: null },
      { folder: '/home/ada/.cache/cruc-fleet', variable: null },
    ]);
  });

  it('is where the variable of its kind says, and names it', () => {
    const env = { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s', XDG_CACHE_HOME: '/x' };
    expect(xdgFolder('state', { env, home: '/home/ada' })).toEqual({
      folder: '/s/cruc-fleet',
      variable: 'XDG_STATE_HOME',
    });
  });
});

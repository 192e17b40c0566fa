import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('a program that a test starts has a home of its worker, and not that of whoever runs it', () => {
  expect(homedir()).not.toBe(userInfo().homedir);
  expect(homedir().startsWith(join(tmpdir(), 'cruc-fleet-homes-'))).toBe(true);
});

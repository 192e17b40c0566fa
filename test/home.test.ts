import { homedir, userInfo } from 'node:os';
import { basename, dirname } from 'node:path';
import { expect, it } from 'vitest';

it('a program that a test starts has a home of its worker, and not that of whoever runs it', () => {
  expect(homedir()).not.toBe(userInfo().homedir);
  expect(dirname(homedir())).toBe(process.env['TEST_HOMES']);
  expect(basename(dirname(homedir()))).toMatch(/^cruc-fleet-homes-/);
});

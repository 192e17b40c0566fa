import { mkdirSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HOME } from './support/run-program.ts';

it('a test, and a program that it starts, has a home of its own, and not that of whoever runs it', () => {
  expect(homedir()).not.toBe(userInfo().homedir);
  expect(homedir().startsWith(join(tmpdir(), 'cruc-fleet-homes-'))).toBe(true);
});

it('nobody can keep anything in the home of what runs in the process of a test, root included', () => {
  expect(() => mkdirSync(join(HOME, '.local'), { recursive: true })).toThrow(/ENOTDIR|EACCES/);
});

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** In each worker, before its tests: a program that they start writes into no home but this one. */
const { TEST_HOMES = '/dev/null', VITEST_POOL_ID = '0' } = process.env;
const home = join(TEST_HOMES, VITEST_POOL_ID);
mkdirSync(home, { recursive: true });
process.env['HOME'] = home;

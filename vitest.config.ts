import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';
import { temporaryFolder } from './test/support/temporary-folder.ts';

/** A test that waits for something ends when it comes: these limits end only what hangs, whatever the load. */
const patience = {
  testTimeout: process.env['LONG'] === undefined ? 300_000 : 3_600_000,
  hookTimeout: 300_000,
  // A program that a test starts must not read the ssh configuration of whoever runs it.
  env: { CRUC_FLEET_SSH_CONFIG: 'none', ...temporaryFolder() },
  // Nor write into their home.
  globalSetup: ['test/support/make-homes.ts'],
  setupFiles: ['test/support/unhurried-compiler.ts', 'test/support/worker-home.ts'],
  expect: { poll: { timeout: 120_000, interval: 20 } },
};

/** CONTRIBUTING.md says which file belongs to which project. */
export default defineConfig({
  test: {
    // Loading what is tested costs a fifth of the suite; it is kept in node_modules for the next time.
    experimental: { fsModuleCache: true },
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...patience,
          name: 'fast',
          setupFiles: [...patience.setupFiles, 'test/support/sized-properties.ts'],
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.real.test.ts'],
          // Files share the modules that they import: to load them costs more than most tests.
          isolate: false,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...patience,
          name: 'real',
          include: ['test/**/*.real.test.ts'],
          isolate: false,
          maxWorkers: 6,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});

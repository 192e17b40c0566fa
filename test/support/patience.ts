/** For whatever a test waits for: it ends when that comes, and the limit ends only what hangs, whatever the load. */
export const PATIENCE = { timeout: 120_000, interval: 50 };

import { describe, expect, it } from 'vitest';
import { NAMES, report, runScript, scriptText, ZONE_A, ZONE_B } from './run-script.ts';

/**
 * A fault ends the clause in which it happens, not the firing: later clauses of the same firing still run, and
 * clause-local variables still hold what another report left in them.
 */
const READ_REPORTS = NAMES.filter((name) => scriptText(name).includes('up-status'));
const UNMAPPED = 64n;

describe('a report that cannot be read', () => {
  it('concerns some scripts at all', () => {
    expect(READ_REPORTS.length).toBeGreaterThan(6);
  });

  it.each(READ_REPORTS)("leaves no row with another report's values: %s", (name) => {
    const run = runScript(name, name === 'single_up_info.d' ? [202, 5] : [5], { 101: ZONE_A, 202: ZONE_B });
    run.report(101, report());
    const faulting = () => run.upstairs(202, 'up-status', ['stats', UNMAPPED]);
    faulting();
    run.report(101, report());
    faulting();
    run.seconds(6);
    expect(run.stdout).not.toContain(ZONE_B);
    expect(run.stderr).toMatch(/error on enabled probe .*invalid address/);
  });
});

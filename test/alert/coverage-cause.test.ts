import { describe, expect, it } from 'vitest';
import { coverageCause, failureCounts } from '../../src/alert/coverage-cause.ts';
import { FleetError, type ErrorCode } from '../../src/model/error.ts';
import type { FailedOutcome } from '../../src/model/report.ts';
import type { Stage } from '../../src/model/stage.ts';
import { nextStep } from '../../src/mail/next-steps.ts';
import { makeSled } from '../support/sleds.ts';

function failed(cubby: number, code: ErrorCode, stage: Stage = 'connect', cause?: Error): FailedOutcome {
  const error = new FleetError(code, 'x', cause === undefined ? {} : { cause });
  return { status: 'failed', sled: makeSled(cubby), elapsedMs: 0, stage, error };
}

describe('why a rack is not covered', () => {
  it('is not the way to it where the sleds themselves answered, and most of them alike', () => {
    const told = (...codes: readonly [ErrorCode, Stage?][]) =>
      coverageCause(codes.map(([code, stage], cubby) => failed(cubby, code, stage)));
    expect(told(['host_key_changed'], ['host_key_unknown'], ['timeout'])).toBe('host keys of sleds');
    expect(told(['authentication'])).toBe('logins of sleds');
    expect(told(['no_dtrace', 'run'], ['exit_status', 'run'], ['timeout'])).toBe('scripts on sleds');
    expect(told(['timeout'], ['refused'], ['host_key_changed'])).toBeNull();
    expect(told(['connection_lost', 'run'], ['not_tried', 'run'])).toBeNull();
    expect(told(['host_key_changed'], ['timeout'])).toBeNull();
  });

  it('is not a sled’s own key where a gateway shows another one', () => {
    const cause = new FleetError('host_key_changed', 'gateway g cannot be trusted');
    expect(coverageCause([failed(0, 'host_key_changed', 'connect', cause)])).toBeNull();
  });

  it('has its kinds counted, the commonest first', () => {
    expect(failureCounts([failed(0, 'timeout'), failed(1, 'timeout')])).toBe('timeout');
    const codes: readonly ErrorCode[] = ['refused', 'timeout', 'timeout', 'busy', 'cut', 'pfexec'];
    expect(failureCounts(codes.map((code, cubby) => failed(cubby, code)))).toBe(
      'timeout (2), refused (1), busy (1), 2 more kinds',
    );
  });

  it('says what to do first', () => {
    const next = (...causes: readonly string[]) => nextStep('coverage', { states: null, causes });
    expect(next()).toMatch(/^A gateway or the network/);
    expect(next('host keys of sleds')).toMatch(/^The sleds answer, and show host keys that are not known/);
    expect(next('logins of sleds')).toMatch(/refuse the login/);
    expect(next('scripts on sleds')).toMatch(/^The sleds are reached/);
    expect(next('gateway g cannot be trusted')).toMatch(/^A switch zone makes a new key/);
    expect(next('gateway g cannot be trusted', 'host keys of sleds')).toMatch(/^A switch zone/);
  });
});

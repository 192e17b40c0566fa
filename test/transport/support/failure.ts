import { expect } from 'vitest';
import { FleetError } from '../../../src/model/error.ts';

/** The FleetError with which the promise rejects; fails if it does not. */
export async function failure(promise: Promise<unknown>): Promise<FleetError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FleetError);
  if (!(error instanceof FleetError)) throw error;
  return error;
}

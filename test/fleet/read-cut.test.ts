import { describe, expect, it } from 'vitest';
import { readCut } from '../../src/fleet/visit.ts';
import { describeError, FleetError } from '../../src/model/error.ts';
import type { Reading } from '../../src/model/probe.ts';

const result = (cut: string | null) => ({
  stdout: '',
  stderr: '',
  exitStatus: 143,
  signalName: null,
  notes: [],
  noise: [],
  cut,
});

const CUT = 'cut: the sled heard nothing from here for a while and ended the command';
const failure: Reading = { status: 'failure', error: new FleetError('exit_status', 'status 143') };
const answer: Reading = { status: 'answer', rows: [], issues: [{ code: 'drops', message: 'x' }] };

describe('the end of a command that the sled ended', () => {
  it('is the reason of a failure, and the status no more than what came of it', () => {
    const reading = readCut({ read: () => failure }, result(CUT));
    expect(reading).toMatchObject({ status: 'failure', error: { code: 'cut' } });
    if (reading.status === 'failure') expect(describeError(reading.error)).toBe(`${CUT}: status 143`);
  });

  it('is the first issue of an answer', () => {
    expect(readCut({ read: () => answer }, result(CUT))).toMatchObject({
      issues: [
        { code: 'cut', message: CUT },
        { code: 'drops', message: 'x' },
      ],
    });
  });

  it('is nothing to say where all is here', () => {
    expect(readCut({ read: () => failure }, result(null))).toBe(failure);
    expect(readCut({ read: () => answer }, result(null))).toBe(answer);
  });
});

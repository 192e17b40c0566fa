import { describe, expect, it } from 'vitest';
import { ioCells } from '../../src/facts/downstairs-io.ts';
import { answered, failed } from '../support/reports.ts';

const counts = { pid: 812, read_in: 4, write_in: 3, write_unwritten_in: 2, flush_in: 1, work_done: 99 };
const NONE = { reads: null, writes: null, flushes: null };

describe('IOs of a downstairs', () => {
  it('are what came in, by its process', () => {
    expect(ioCells(answered(1, [counts]))({ downstairs_pid: 812 })).toEqual({
      reads: 4,
      writes: 5,
      flushes: 1,
    });
  });

  it('are none of a process that was watched and did nothing', () => {
    expect(ioCells(answered(1, [counts]))({ downstairs_pid: 900 })).toEqual({
      reads: 0,
      writes: 0,
      flushes: 0,
    });
  });

  it('are unknown where no process runs, the sled did not answer, or its answer lacks something', () => {
    const part = answered(1, [counts], { issues: [{ code: 'drops', message: 'x' }] });
    expect(ioCells(answered(1, [counts]))({ downstairs_pid: null })).toEqual(NONE);
    expect(ioCells(part)({ downstairs_pid: 900 })).toEqual(NONE);
    expect(ioCells(failed(1))({ downstairs_pid: 812 })).toEqual(NONE);
    expect(ioCells(undefined)({ downstairs_pid: 812 })).toEqual(NONE);
  });
});

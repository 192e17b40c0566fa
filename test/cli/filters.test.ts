import { describe, expect, it } from 'vitest';
import { addFilterOptions } from '../../src/cli/options/filter-options.ts';
import {
  FILTER_NAMES,
  FILTERS,
  filtersIn,
  pickFilters,
  refuseFilters,
  rowFilter,
} from '../../src/cli/options/filters.ts';
import { Command } from 'commander';

const ROW = {
  zone: 'oxz_propolis-server_34aa5f9c',
  pid: 7,
  upstairs_id: '34aa5f9c-0000-4000-8000-000000000000',
  session_id: 'c0b92059-0000-4000-8000-000000000000',
  ds0: 'active',
  ds1: 'active',
  ds2: 'live_repair',
};

describe('the table of filters', () => {
  it.each([
    [{ state: ['LiveRepair'] }, true],
    [{ state: ['faulted'] }, false],
    [{ degraded: true }, true],
    [{ zone: ['oxz_propolis*'] }, true],
    [{ zone: ['oxz_pantry*'] }, false],
    [{ pid: ['7'] }, true],
    [{ pid: ['8'] }, false],
    [{ upstairs: ['34AA'] }, true],
    [{ upstairs: ['35'] }, false],
    [{ session: ['c0b92059'] }, true],
    [{ session: ['c0b9', 'd'], degraded: true }, true],
  ])('%o keeps the row: %s', (options, keeps) => {
    expect(rowFilter(options)?.keeps(ROW)).toBe(keeps);
    expect(rowFilter(filtersIn(JSON.parse(JSON.stringify(pickFilters(options)))))?.text).toBe(
      rowFilter(options)?.text,
    );
  });

  it('judges degraded by the states where a row has no health', () => {
    const degraded = rowFilter({ degraded: true })!;
    expect(degraded.keeps({ ...ROW, ds2: 'active' })).toBe(false);
    expect(degraded.keeps({ ...ROW, ds2: null })).toBe(true);
    expect(degraded.keeps({ health: 'no_report' })).toBe(true);
  });

  it('has an option for each filter', () => {
    const options = addFilterOptions(new Command()).options.map((option) => option.attributeName());
    expect(options).toEqual(FILTER_NAMES);
    expect(Object.keys(FILTERS).sort()).toEqual([...FILTER_NAMES].sort());
  });

  it('refuses what an answer does not have, and names what it can be filtered by', () => {
    expect(() => refuseFilters({ degraded: true }, 'perf-ds-net', ['zone', 'pid', 'type'])).toThrow(
      '--degraded: perf-ds-net has no states of downstairs; it can be filtered by --zone, --pid',
    );
    expect(() => refuseFilters({ zone: ['x'] }, 'mine.d', ['n'])).toThrow(
      '--zone: mine.d has no zone; it cannot be filtered',
    );
  });
});

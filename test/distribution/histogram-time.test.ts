import { describe, expect, it } from 'vitest';
import {
  formatNanosecondRange,
  formatNanoseconds,
  formatRange,
  formatValue,
} from '../../src/distribution/nanoseconds.ts';

describe('formatNanoseconds', () => {
  it.each([
    [0n, '0 ns'],
    [7n, '7 ns'],
    [999n, '999 ns'],
    [1000n, '1.00 µs'],
    [1024n, '1.02 µs'],
    [9_994n, '9.99 µs'],
    [9_996n, '10.0 µs'],
    [524_288n, '524 µs'],
    [999_499n, '999 µs'],
    [999_500n, '1.00 ms'],
    [1_048_576n, '1.05 ms'],
    [16_777_216n, '16.8 ms'],
    [134_217_728n, '134 ms'],
    [1_073_741_824n, '1.07 s'],
    [68_719_476_736n, '68.7 s'],
    [549_755_813_888n, '550 s'],
    [1_099_511_627_776n, '18.3 min'],
    [4_398_046_511_104n, '1.22 h'],
    [86_400_000_000_000n, '1.00 d'],
    [2n ** 62n, '53376 d'],
    [-4n, '-4 ns'],
    [-1_048_576n, '-1.05 ms'],
  ])('%d is %s', (nanoseconds, text) => {
    expect(formatNanoseconds(nanoseconds)).toBe(text);
  });

  it('keeps to ASCII where that is asked for', () => {
    expect(formatNanoseconds(524_288n, { unicode: false })).toBe('524 us');
    expect(formatNanosecondRange({ low: 1024n, high: 2047n }, { unicode: false })).toBe('1.02-2.05 us');
  });
});

describe('formatNanosecondRange', () => {
  it.each([
    [0n, 0n, '0 ns'],
    [1n, 1n, '1 ns'],
    [2n, 3n, '2–3 ns'],
    [512n, 1023n, '0.512–1.02 µs'],
    [524_288n, 1_048_575n, '0.524–1.05 ms'],
    [1_048_576n, 2_097_151n, '1.05–2.10 ms'],
    [8_388_608n, 16_777_215n, '8.39–16.8 ms'],
    [0n, 999_999n, '0–1.00 ms'],
    [5n, 16_777_215n, '5 ns–16.8 ms'],
    [1_000_000n, 1_000_001n, '1.00 ms'],
    [-7n, -4n, '-7 ns to -4 ns'],
    [null, 9n, '< 10 ns'],
    [1_000_000n, null, '≥ 1.00 ms'],
    [null, null, 'any'],
  ])('%s to %s is %s', (low, high, text) => {
    expect(formatNanosecondRange({ low, high })).toBe(text);
  });
});

describe('values without a unit', () => {
  it('are exact numbers', () => {
    expect(formatValue(1_048_576n, 'none')).toBe('1048576');
    expect(formatRange({ low: 1024n, high: 2047n }, 'none')).toBe('1024–2047');
    expect(formatRange({ low: 100n, high: null }, 'none', { unicode: false })).toBe('>= 100');
    expect(formatRange({ low: null, high: -1n }, 'none')).toBe('< 0');
    expect(formatRange({ low: -7n, high: -4n }, 'none')).toBe('-7 to -4');
  });
});

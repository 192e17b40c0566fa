import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createBeats } from '../../src/transport/beats.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('every command hears a beat every two seconds, the first within four, and none that is over by two', () => {
  const beats = createBeats();
  const heard: string[] = [];
  const endFirst = beats.add(() => heard.push('first'));
  vi.advanceTimersByTime(1_000);
  const endSecond = beats.add(() => heard.push('second'));
  vi.advanceTimersByTime(1_900);
  endSecond();
  expect(heard).toEqual([]);
  const endThird = beats.add(() => heard.push('third'));
  vi.advanceTimersByTime(1_100);
  expect(heard).toEqual(['first']);
  vi.advanceTimersByTime(2_000);
  expect(heard).toEqual(['first', 'first', 'third']);
  endFirst();
  endThird();
  expect(vi.getTimerCount()).toBe(0);
});

import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiProblem } from '../src/api/client';
import { pause } from '../src/hooks/useTicket';
import { type Ask, usePolling } from '../src/hooks/usePolling';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const evenly = () => 0;
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

function counting(delay: number | null): { ask: Ask; asked: () => number } {
  let times = 0;
  const ask: Ask = async () => {
    times += 1;
    return delay;
  };
  return { ask, asked: () => times };
}

test('it asks at once and then after each pause', async () => {
  const { ask, asked } = counting(4_000);
  renderHook(() => usePolling(ask, evenly));
  await pass(0);
  expect(asked()).toBe(1);
  await pass(3_999);
  expect(asked()).toBe(1);
  await pass(1);
  expect(asked()).toBe(2);
});

test('waking asks now instead of waiting', async () => {
  const { ask, asked } = counting(4_000);
  const { result } = renderHook(() => usePolling(ask, evenly));
  await pass(10);
  result.current();
  await pass(0);
  expect(asked()).toBe(2);
  await pass(3_990);
  expect(asked()).toBe(2);
});

test('one question at a time: a wake meanwhile asks once more afterwards', async () => {
  const answers: (() => void)[] = [];
  const ask: Ask = () => new Promise((resolve) => answers.push(() => resolve(4_000)));
  const { result } = renderHook(() => usePolling(ask, evenly));
  result.current();
  result.current();
  expect(answers).toHaveLength(1);
  answers[0]!();
  await pass(1);
  expect(answers).toHaveLength(2);
});

test('null stops until woken, and closing stops for good', async () => {
  const { ask, asked } = counting(null);
  const { result, unmount } = renderHook(() => usePolling(ask, evenly));
  await pass(60_000);
  expect(asked()).toBe(1);
  result.current();
  await pass(0);
  expect(asked()).toBe(2);
  unmount();
  await pass(60_000);
  expect(asked()).toBe(2);
});

test.each([
  [new ApiProblem('unauthorized'), 1, null],
  [new ApiProblem('forbidden'), 1, null],
  [new ApiProblem('no_access'), 1, null],
  [new ApiProblem('rate_limited', '', 20), 1, 20_000],
  [new ApiProblem('rate_limited'), 1, 10_000],
  [new ApiProblem('offline'), 1, 2_000],
  [new ApiProblem('unavailable'), 3, 8_000],
  [new ApiProblem('offline'), 500, 30_000],
])('after %s (failure %i) the pause is %s', (problem, failures, ms) => {
  expect(pause(problem, failures)).toBe(ms);
});

import { describe, expect, it } from 'vitest';
import { backoffDelay } from '../../../../src/intake/queue/backoff-delay.ts';

const backoff = { attempts: 10, firstDelayMs: 1_000, maxDelayMs: 60_000 };

describe('backoffDelay', () => {
  it('doubles from the first delay to the bound', () => {
    const delays = [1, 2, 3, 6, 7, 100].map((attempt) => backoffDelay(attempt, backoff, 0));
    expect(delays).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
  });

  it('takes off up to half at random', () => {
    expect(backoffDelay(2, backoff, 0.5)).toBe(1_500);
    expect(backoffDelay(2, backoff, 0.999_999)).toBe(1_000);
  });
});

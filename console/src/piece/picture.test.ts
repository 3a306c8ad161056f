import { describe, expect, it } from 'vitest';
import { scaleOf } from './picture';

describe('pictures as images', () => {
  it('have two pixels for one, and fewer where browsers draw no more', () => {
    expect(scaleOf(1200, 800)).toBe(2);
    expect(scaleOf(40_000, 100) * 40_000).toBeLessThanOrEqual(16_000);
    expect(scaleOf(15_000, 15_000) ** 2 * 15_000 ** 2).toBeLessThanOrEqual(120_000_001);
  });
});

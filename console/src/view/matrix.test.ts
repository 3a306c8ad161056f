import { expect, it } from 'vitest';
import { moved } from './Matrix';

it('moves by keys and stays inside', () => {
  expect(moved('ArrowRight', [0, 0], 3)).toEqual([0, 1]);
  expect(moved('ArrowDown', [2, 1], 3)).toEqual([2, 1]);
  expect(moved('End', [1, 0], 3)).toEqual([1, 2]);
  expect(moved('x', [1, 0], 3)).toBeNull();
});

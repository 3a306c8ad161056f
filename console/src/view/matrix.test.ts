import { expect, it } from 'vitest';
import { isAsked, moved } from './Matrix';

it('moves by keys and stays inside', () => {
  expect(moved('ArrowRight', [0, 0], 3)).toEqual([0, 1]);
  expect(moved('ArrowDown', [2, 1], 3)).toEqual([2, 1]);
  expect(moved('End', [1, 0], 3)).toEqual([1, 2]);
  expect(moved('x', [1, 0], 3)).toBeNull();
});

it('does not take for closed what nobody asked about', () => {
  const row = (kind: string, asked: boolean, size = 2) => ({
    kind,
    name: '',
    workspace: null,
    namespace: null,
    size,
    asked,
  });
  const all = [row('project', true), row('project', true, 1), row('project', true), row('outside', false)];
  expect(isAsked(all, [0, 2])).toBe(true);
  expect(isAsked(all, [3, 3])).toBe(false);
  expect(isAsked(all, [1, 1])).toBe(false);
  const some = [row('project', true), row('project', false, 1), row('workspace', false), row('outside', false)];
  expect([isAsked(some, [0, 2]), isAsked(some, [3, 0]), isAsked(some, [1, 2])]).toEqual([true, true, false]);
});

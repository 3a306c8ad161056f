import { expect, it } from 'vitest';
import { isAsked, moved } from './Matrix';

it('moves by keys and stays inside', () => {
  expect(moved('ArrowRight', [0, 0], 3)).toEqual([0, 1]);
  expect(moved('ArrowDown', [2, 1], 3)).toEqual([2, 1]);
  expect(moved('End', [1, 0], 3)).toEqual([1, 2]);
  expect(moved('x', [1, 0], 3)).toBeNull();
});

it('does not take for closed what nobody asked about', () => {
  const row = (kind: string, namespace: string | null, size = 2) => ({
    kind,
    name: '',
    workspace: null,
    namespace,
    size,
  });
  const axis = [row('project', 'shop'), row('project', 'lake', 1), row('project', 'reports'), row('outside', null)];
  expect(isAsked(axis, [0, 2], [])).toBe(true);
  expect(isAsked(axis, [3, 3], [])).toBe(false);
  expect(isAsked(axis, [1, 1], [])).toBe(false);
  expect([isAsked(axis, [0, 2], ['shop']), isAsked(axis, [3, 0], ['shop']), isAsked(axis, [1, 2], ['shop'])]).toEqual([
    true,
    true,
    false,
  ]);
});

import { describe, expect, it } from 'vitest';
import { isLit, nearest } from './sheet';

const box = (left: number, top: number) => ({ left, top, width: 10, height: 10 });

describe('arrow keys', () => {
  const boxes = [box(0, 0), box(100, 0), box(60, 90), box(0, 50)];
  it('lead to the nearest in their direction', () => {
    expect(nearest('ArrowRight', boxes, 0)).toBe(1);
    expect(nearest('ArrowDown', boxes, 0)).toBe(3);
    expect(nearest('ArrowUp', boxes, 3)).toBe(0);
    expect(nearest('ArrowLeft', boxes, 0)).toBeNull();
    expect(nearest('a', boxes, 0)).toBeNull();
  });
});

describe('lines', () => {
  it('are lit where they are about the party that was chosen', () => {
    const others = new Set([2]);
    expect(isLit(['1', '2 3'], 1, others, new Set())).toBe(true);
    expect(isLit(['2', '1'], 1, others, new Set())).toBe(true);
    expect(isLit(['3', '2'], 1, others, new Set())).toBe(false);
    expect(isLit(['1', 'h0'], 1, others, new Set(['h0']))).toBe(true);
    expect(isLit(['h0', '2'], 1, others, new Set(['h0']))).toBe(true);
    expect(isLit(['h1', '2'], 1, others, new Set(['h0']))).toBe(false);
  });
});

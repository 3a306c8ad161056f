import { expect, it } from 'vitest';
import { placeText } from './place';

it('is said where somebody can look it up', () => {
  expect(placeText('shop.yaml', 7)).toBe('shop.yaml:7');
  expect(placeText('shop.yaml', null)).toBe('shop.yaml');
  expect([placeText('cluster', 1), placeText(null, 3)]).toEqual(['', '']);
});

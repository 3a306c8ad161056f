import { describe, expect, it } from 'vitest';
import { address, match } from './router';

describe('match', () => {
  it('names the parts of a path', () => {
    expect(match('/projects/:namespace', '/projects/shop')).toEqual({ namespace: 'shop' });
    expect(match('/projects/:namespace', '/projects/a%2Fb')).toEqual({ namespace: 'a/b' });
    expect(match('/', '/')).toEqual({});
  });
  it('fits only a whole path', () => {
    expect(match('/projects/:namespace', '/projects')).toBeNull();
    expect(match('/projects', '/projects/shop')).toBeNull();
    expect(match('/path', '/explain')).toBeNull();
  });
});

describe('address', () => {
  it('leaves out what is empty and repeats lists', () => {
    expect(
      address('/minimal', { target: 'service/shop/web', door: ['NodePort', 'LoadBalancer'], client: [], to: '' }),
    ).toBe('/minimal?target=service%2Fshop%2Fweb&door=NodePort&door=LoadBalancer');
    expect(address('/path')).toBe('/path');
  });
});

import { describe, expect, it } from 'vitest';
import { en } from './en';
import { fill, firstLanguage } from './index';
import { zh } from './zh';

/** Names that are the same in both languages. */
const SAME = new Set<string>([]);

function leaves(words: unknown, at = ''): [string, string][] {
  if (typeof words === 'string') return [[at, words]];
  return Object.entries(words as object).flatMap(([key, value]) => leaves(value, at ? `${at}.${key}` : key));
}

const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();

describe('words', () => {
  const english = new Map(leaves(en));
  const chinese = new Map(leaves(zh));
  it('have the same keys in both languages', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });
  it('say something else in each language, with the same arguments', () => {
    for (const [key, text] of english) {
      const other = chinese.get(key) ?? '';
      if (!SAME.has(key)) expect(other, key).not.toBe(text);
      expect(names(other), key).toEqual(names(text));
    }
  });
});

describe('language', () => {
  it('is the one that was chosen, else the first that the browser lists', () => {
    expect(firstLanguage('zh', ['en'])).toBe('zh');
    expect(firstLanguage(null, ['de-DE', 'zh-CN', 'en'])).toBe('zh');
    expect(firstLanguage('xx', ['fr'])).toBe('en');
  });
  it('fills in arguments and leaves what nobody gave', () => {
    expect(fill('{a} of {b}', { a: 1 })).toBe('1 of {b}');
  });
});

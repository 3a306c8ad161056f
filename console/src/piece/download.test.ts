import { expect, it } from 'vitest';
import { csv } from './download';

it('quotes what would be read as something else', () => {
  expect(
    csv([
      ['a', 'b,c'],
      ['say "x"', '=1+1'],
    ]),
  ).toBe('a,"b,c"\r\n"say ""x""",\'=1+1\r\n');
});

import { expect, it } from 'vitest';
import { shortened } from './Diff';

const line = (sign: string, text: string) => ({ sign, text });

it('leaves out what is far from any change', () => {
  const lines = [...Array.from({ length: 9 }, (_, at) => line(' ', `${at}`)), line('+', 'new'), line(' ', 'after')];
  expect(shortened(lines).map((each) => each?.text ?? '…')).toEqual(['…', '6', '7', '8', 'new', 'after']);
  expect(shortened([line(' ', 'a'), line(' ', 'b')])).toEqual([null]);
});

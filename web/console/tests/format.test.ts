import { expect, it } from 'vitest';

import { bytes, duration, lastSegment, percent, wholePercent } from '../src/state/format.ts';
import { matching } from '../src/state/use-search.ts';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [328_059, '328 kB'],
  [999_600, '1.0 MB'],
  [10_737_418_240, '10.7 GB'],
])('%d bytes are %s', (value, expected) => expect(bytes(value)).toBe(expected));

it.each([
  [40, '40 ms'],
  [1540, '1.5 s'],
  [42_000, '42 seconds'],
  [119_000, '119 seconds'],
  [7_200_000, '2 hours'],
  [200_000_000, '2 days'],
])('%d ms are %s', (value, expected) => expect(duration(value)).toBe(expected));

it.each([
  [0, '0 %'],
  [0.9412, '94.1 %'],
  [1, '100 %'],
])('%d is %s', (value, expected) => expect(percent(value)).toBe(expected));

it.each([
  [0, '0 %'],
  [0.004, '0 %'],
  [0.235, '24 %'],
  [1, '100 %'],
])('%d in a column is %s', (value, expected) => expect(wholePercent(value)).toBe(expected));

it.each([
  ['https://s3.example/b/0001/a%20b.jpg?versionId=3', 'a b.jpg'],
  ['s3://training/0001/x.jpg', 'x.jpg'],
  ['https://s3.example/b/%zz.jpg', '%zz.jpg'],
])('%s ends in %s', (url, expected) => expect(lastSegment(url)).toBe(expected));

it('finds pictures that hold every word, wherever it stands', () => {
  const entry = (filename: string, actor_id: string) => ({
    s3_url: `s3://b/${actor_id}/${filename}`,
    local_path: '',
    size_bytes: 1,
    cached_at: 1,
    actor_id,
    filename,
  });
  const entries = [
    entry('Left.jpg', '0001'),
    entry('left.jpg', '0002'),
    entry('right.jpg', '0002'),
  ];
  expect(matching(entries, 'left 0002')).toEqual([entries[1]]);
  expect(matching(entries, 'LEFT')).toEqual([entries[0], entries[1]]);
});

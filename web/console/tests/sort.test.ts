import { expect, it } from 'vitest';

import { nextOrder, sortedActors, type Column } from '../src/state/sort.ts';

const ACTORS = [
  { actor_id: '10', entries: 2, size_bytes: 50, openings_ago: 3, heat: 0.5 },
  { actor_id: '9', entries: 7, size_bytes: 50 },
  { actor_id: 'Ada', entries: 1, size_bytes: 90, openings_ago: 0, heat: 1 },
];

const idsBy = (column: Column, isDescending: boolean, sought = ''): string[] =>
  sortedActors(ACTORS, sought, { column, isDescending }).map(({ actor_id }) => actor_id);

it.each<[Column, boolean, string[]]>([
  ['actor_id', false, ['9', '10', 'Ada']],
  ['actor_id', true, ['Ada', '10', '9']],
  ['entries', true, ['9', '10', 'Ada']],
  ['size_bytes', true, ['Ada', '9', '10']], // equals by name
  ['openings_ago', false, ['Ada', '10', '9']], // never is longest ago
  ['heat', true, ['Ada', '10', '9']], // what is not known last
])('sorts by %s, descending: %s', (column, isDescending, expected) => {
  expect(idsBy(column, isDescending)).toEqual(expected);
});

it('finds by a piece of the name, in any case', () => {
  expect(idsBy('actor_id', false, ' aD')).toEqual(['Ada']);
});

it('turns the order of the same column round, and begins others with the largest', () => {
  const bySize = nextOrder({ column: 'actor_id', isDescending: false }, 'size_bytes');
  expect(bySize).toEqual({ column: 'size_bytes', isDescending: true });
  expect(nextOrder(bySize, 'size_bytes').isDescending).toBe(false);
  expect(nextOrder(bySize, 'openings_ago').isDescending).toBe(false);
  expect(nextOrder(bySize, 'actor_id')).toEqual({ column: 'actor_id', isDescending: false });
});

// The actors as a table, sorted by a press on a column's name. Where it has no room for all columns side
// by side, each row is two lines (styles/actors.css). The roles are written out because Safari drops
// those of a table that is laid out as a grid.
import type { ReactNode } from 'react';

import { nextOrder, type Column, type Order } from '../state/sort.ts';

const COLUMNS: readonly [column: Column, words: string][] = [
  ['actor_id', 'Actor'],
  ['entries', 'Pictures'],
  ['size_bytes', 'Size'],
  ['openings_ago', 'Last opened'],
  ['heat', 'Heat'],
];

interface ActorsTableProps {
  order: Order;
  onOrder: (order: Order) => void;
  children: ReactNode;
}

export function ActorsTable({ order, onOrder, children }: ActorsTableProps) {
  return (
    <table className="actors" role="table" aria-labelledby="actors-title">
      <thead role="rowgroup">
        <tr role="row">
          {COLUMNS.map(([column, words]) => (
            <th
              key={column}
              scope="col"
              role="columnheader"
              className={column === 'actor_id' ? 'actor-name' : 'number'}
              aria-sort={sortOf(order, column)}
            >
              <button type="button" onClick={() => onOrder(nextOrder(order, column))}>
                {words}
              </button>
            </th>
          ))}
          <th scope="col" role="columnheader" className="row-buttons">
            <span className="visually-hidden">What can be done</span>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">{children}</tbody>
    </table>
  );
}

function sortOf(order: Order, column: Column): 'none' | 'ascending' | 'descending' {
  if (order.column !== column) return 'none';
  return order.isDescending ? 'descending' : 'ascending';
}

// The order of the actors' table.
import type { ActorTotals } from '../api/contract.ts';

export type Column = 'actor_id' | 'entries' | 'size_bytes' | 'openings_ago' | 'heat';

export interface Order {
  column: Column;
  isDescending: boolean;
}

/** A column that is chosen anew begins with its largest; names, and what was lately, with the first. */
export function nextOrder(order: Order, column: Column): Order {
  if (order.column === column) return { column, isDescending: !order.isDescending };
  return { column, isDescending: column !== 'actor_id' && column !== 'openings_ago' };
}

const NAMES = new Intl.Collator('en', { numeric: true });

/** Those whose id holds `sought`, in order; equals by their names. */
export function sortedActors(
  actors: readonly ActorTotals[],
  sought: string,
  { column, isDescending }: Order,
): ActorTotals[] {
  const wanted = sought.trim().toLowerCase();
  const direction = isDescending ? -1 : 1;
  return actors
    .filter(({ actor_id }) => actor_id.toLowerCase().includes(wanted))
    .sort((a, b) => {
      const byName = NAMES.compare(a.actor_id, b.actor_id);
      if (column === 'actor_id') return direction * byName;
      return direction * (valueOf(a, column) - valueOf(b, column)) || byName;
    });
}

/** Who was never opened is the coldest, and longest ago. */
function valueOf(actor: ActorTotals, column: Exclude<Column, 'actor_id'>): number {
  return actor[column] ?? (column === 'openings_ago' ? Number.MAX_VALUE : -1);
}

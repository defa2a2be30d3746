// This machine by its own name.
import { lookup } from 'node:dns/promises';
import { hostname } from 'node:os';

/** A machine may have none; this one leads nowhere then. */
export const ownName = hostname() || 'nameless.invalid';

/** Where it leads; empty: nowhere. */
export const ownAddress = await lookup(ownName).then(
  ({ address }) => address,
  () => '',
);

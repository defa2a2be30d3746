// Which kept pictures a group of the server's changes takes away.

/** The message "changes" and the answer to ?since=; unknown fields and kinds mean nothing. Without changes a
 *  whole manifest comes next: the server says so, or is an older one that answers with it. */
interface ChangeGroup {
  changes?: Change[];
}

interface Change {
  put?: { replaces?: string }[];
  removed?: { local_path: string }[];
  removed_actor?: string;
  removed_all?: boolean;
}

export interface Removals {
  /** Local paths that are gone by name. */
  paths: string[];
  /** More may be gone than is named: whatever the manifest does not know. */
  isSweeping: boolean;
}

export function removalsOf(text: string): Removals {
  const { changes } = JSON.parse(text) as ChangeGroup;
  const removals: Removals = { paths: [], isSweeping: changes === undefined };
  for (const { put = [], removed = [], removed_actor, removed_all } of changes ?? []) {
    for (const { replaces } of put) if (replaces !== undefined) removals.paths.push(replaces);
    for (const { local_path } of removed) removals.paths.push(local_path);
    if (removed_actor !== undefined || removed_all === true) removals.isSweeping = true;
  }
  return removals;
}

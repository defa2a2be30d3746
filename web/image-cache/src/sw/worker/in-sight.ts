// Which kept pictures people look at now: asked of the pages, and only when something has to be removed.
import { ask, WHAT_IS_VISIBLE } from '../messages.js';
import { scope } from './scope.js';

/** A page that is busy or frozen must not hold up the removal. */
const ANSWER_WITHIN_MS = 300;

/** Addresses, as the pages' pictures have them. */
export async function sourcesInSight(): Promise<string[]> {
  const pages = await scope.clients.matchAll({ type: 'window' });
  const answers = await Promise.all(
    pages.map((page) =>
      ask(
        (message, transfer) => {
          page.postMessage(message, transfer);
        },
        { type: WHAT_IS_VISIBLE },
        ANSWER_WITHIN_MS,
      ),
    ),
  );
  return answers
    .flatMap((answer) => (Array.isArray(answer) ? (answer as unknown[]) : []))
    .map(String);
}

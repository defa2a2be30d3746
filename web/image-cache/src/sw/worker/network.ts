// The network, as far as one can tell from here.

/** What a proxy says in the place of a server that is away. */
const AWAY = [502, 503, 504];

/** Whether somebody has really answered. A navigation preload that failed is rejected by Chromium; Firefox
 *  hands over a network error as if it were a response. */
export const isAnswer = (response: Response | undefined): response is Response =>
  response !== undefined && response.type !== 'error' && !AWAY.includes(response.status);

/** Undefined: not within that time. Rejects when `work` does before. */
export function within<T>(limitMs: number, work: Promise<T>): Promise<T | undefined> {
  const tooLate = new Promise<undefined>((resolve) => {
    setTimeout(resolve, limitMs);
  });
  return Promise.race([work, tooLate]);
}

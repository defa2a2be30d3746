// The whole manifest while nobody serves it: as the worker knows it, in the compact form. The JSON form cannot
// be made from that, which has no addresses in it; who wants it is told so.
import type { Catalog } from './catalog.js';
import { isAnswer } from './network.js';

const SNAPSHOT = 'application/vnd.image-cache.snapshot';

export async function manifestAnswer(request: Request, catalog: Catalog): Promise<Response> {
  const answer = await fetch(request).catch(() => undefined);
  if (isAnswer(answer)) return answer;
  await catalog.start();
  const takesSnapshot = request.headers.get('Accept')?.includes(SNAPSHOT) === true;
  const snapshot = takesSnapshot ? catalog.snapshot() : undefined;
  if (snapshot !== undefined) {
    return new Response(snapshot, {
      headers: { 'Content-Type': SNAPSHOT, 'Cache-Control': 'no-store' },
    });
  }
  const problem = {
    type: '/problems/offline',
    title: 'The cache server does not answer.',
    status: 503,
  };
  return (
    answer ??
    Response.json(problem, { status: 503, headers: { 'Content-Type': 'application/problem+json' } })
  );
}

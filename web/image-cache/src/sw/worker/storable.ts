// Whether an answer may be kept, and the copy of it that is.

/** Of an answer whose body has come to its end. */
export interface WholePicture {
  body: Blob;
  headers: Headers;
}

/** Null: it is not a picture, not all of one, or unreadable (an opaque answer: nobody knows its status, and
 *  browsers count megabytes for each). Reads the body: give it a clone. */
export async function wholePicture(answer: Response): Promise<WholePicture | null> {
  if (answer.status !== 200 || answer.redirected) return null;
  const type = answer.headers.get('Content-Type') ?? '';
  if (!type.startsWith('image/')) return null;
  const body = await answer.blob().catch(() => null); // the connection broke
  const announced = answer.headers.get('Content-Length');
  if (body === null || body.size === 0) return null;
  const isEncoded = answer.headers.has('Content-Encoding'); // then the length is of something else
  if (announced !== null && !isEncoded && Number(announced) !== body.size) return null;
  const headers = new Headers(answer.headers);
  headers.delete('Content-Encoding');
  headers.set('Content-Length', String(body.size));
  return { body, headers };
}

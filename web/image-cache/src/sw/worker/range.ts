// One range of a kept picture (RFC 9110 §14): who asks for a part of it must not be given all of it.

/** The answer to `range`; the whole picture when there is none, or one of a form that may be ignored. */
export async function partOf(whole: Response, range: string | null): Promise<Response> {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? '');
  if (match === null || match[0] === 'bytes=-') return whole;
  const bytes = await whole.blob();
  const [, from = '', to = ''] = match;
  const start = from === '' ? Math.max(bytes.size - Number(to), 0) : Number(from);
  const end = from === '' || to === '' ? bytes.size : Math.min(Number(to) + 1, bytes.size);
  const headers = new Headers(whole.headers);
  if (start >= end) {
    headers.set('Content-Range', `bytes */${bytes.size}`);
    headers.set('Content-Length', '0');
    return new Response(null, { status: 416, headers });
  }
  headers.set('Content-Range', `bytes ${start}-${end - 1}/${bytes.size}`);
  headers.set('Content-Length', String(end - start));
  return new Response(bytes.slice(start, end), { status: 206, headers });
}

import { describe, expect, it } from 'vitest';
import { partOf } from '../../src/sw/worker/range.js';
import { removalsOf } from '../../src/sw/worker/removals.js';
import { wholePicture } from '../../src/sw/worker/storable.js';

describe('a part of a kept picture', () => {
  const whole = (): Response =>
    new Response('0123456789', { headers: { 'Content-Type': 'image/jpeg', ETag: '"a"' } });

  it.each([
    ['bytes=0-3', 'bytes 0-3/10', '0123'],
    ['bytes=4-', 'bytes 4-9/10', '456789'],
    ['bytes=-2', 'bytes 8-9/10', '89'],
    ['bytes=-20', 'bytes 0-9/10', '0123456789'],
    ['bytes=8-99', 'bytes 8-9/10', '89'],
  ])('%s is %s', async (range, contentRange, text) => {
    const part = await partOf(whole(), range);
    expect(part.status).toBe(206);
    expect(part.headers.get('Content-Range')).toBe(contentRange);
    expect(part.headers.get('Content-Length')).toBe(String(text.length));
    expect(part.headers.get('ETag')).toBe('"a"');
    expect(await part.text()).toBe(text);
  });

  it.each(['bytes=10-', 'bytes=5-4', 'bytes=-0'])('%s is refused', async (range) => {
    const part = await partOf(whole(), range);
    expect(part.status).toBe(416);
    expect(part.headers.get('Content-Range')).toBe('bytes */10');
  });

  it.each([null, 'bytes=-', 'bytes=0-1,4-5', 'lines=1-2'])('%s gives all of it', async (range) => {
    const answer = await partOf(whole(), range);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('0123456789');
  });
});

describe('an answer that may be kept', () => {
  const answer = (headers: Record<string, string>, body = 'picture', status = 200): Response =>
    new Response(body, { status, headers: { 'Content-Type': 'image/jpeg', ...headers } });

  it('is a whole picture, with what the server said of it', async () => {
    const picture = await wholePicture(answer({ 'Content-Length': '7', ETag: '"a"' }));
    expect(await picture?.body.text()).toBe('picture');
    expect(picture?.headers.get('ETag')).toBe('"a"');
  });

  it('need not say its length, or says that of its encoded form', async () => {
    expect((await wholePicture(answer({})))?.headers.get('Content-Length')).toBe('7');
    const encoded = await wholePicture(answer({ 'Content-Length': '3', 'Content-Encoding': 'br' }));
    expect(encoded?.headers.get('Content-Length')).toBe('7');
    expect(encoded?.headers.has('Content-Encoding')).toBe(false);
  });

  it.each([
    ['shorter than announced', answer({ 'Content-Length': '8' })],
    ['empty', answer({}, '')],
    ['no picture', answer({ 'Content-Type': 'text/html' })],
    ['a part', answer({}, 'pic', 206)],
    ['an error', answer({}, 'not found', 404)],
    ['unreadable', Response.error()],
  ])('is not one that is %s', async (_, refused) => {
    expect(await wholePicture(refused)).toBeNull();
  });

  it('is not one that breaks off', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('pic'));
        controller.error(new Error('reset'));
      },
    });
    const broken = new Response(body, { headers: { 'Content-Type': 'image/jpeg' } });
    expect(await wholePicture(broken)).toBeNull();
  });
});

describe('what changes take away', () => {
  it('are the named pictures, and those that were replaced', () => {
    const changes = [
      { put: [{ s3_url: 'u', local_path: 'new', replaces: 'old' }, { local_path: 'added' }] },
      { removed: [{ s3_url: 'v', local_path: 'gone' }], unknown: 1 },
      { something: 'newer' },
    ];
    expect(removalsOf(JSON.stringify({ type: 'changes', changes }))).toEqual({
      paths: ['old', 'gone'],
      isSweeping: false,
    });
  });

  it.each([
    { changes: [{ removed_actor: '0001' }] },
    { changes: [{ removed_all: true }] },
    { full: true },
  ])('is whatever the manifest denies, after %o', (group) => {
    expect(removalsOf(JSON.stringify(group)).isSweeping).toBe(true);
  });

  it('is nothing when nothing has changed', () => {
    const nothing = JSON.stringify({ epoch: '0', since: 4, revision: 4, changes: [] });
    expect(removalsOf(nothing)).toEqual({ paths: [], isSweeping: false });
  });

  it('is whatever the manifest denies, after an older server has answered with all of it', () => {
    expect(removalsOf(JSON.stringify({ version: '1.0', entries: {} })).isSweeping).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { pictureUrl, whatIsAsked } from '../../src/sw/worker/requests.js';

const api = 'http://localhost:8787/api/cache/';
const path = '.image-cache/images/0001/0001_1f0c9b2ad3e45567.jpg';
const s3 = 'https://training.s3.amazonaws.com/0001/a.jpg?X-Amz-Signature=1';

const asked = (url: string, more: { method?: string; destination?: RequestDestination } = {}) =>
  whatIsAsked({ method: 'GET', destination: 'image', url, ...more }, api);

describe('what a request is to the worker', () => {
  it('takes a picture of the cache by its path, however that is escaped', () => {
    const picture = { kind: 'picture', localPath: path };
    expect(asked(pictureUrl(api, path))).toEqual(picture);
    expect(asked(`${api}image?path=${path}`)).toEqual(picture);
    expect(asked(`${api}image?path=${path}`, { destination: '' })).toEqual(picture);
  });

  it('takes an S3 address of an <img>, and of a read-through', () => {
    expect(asked(s3)).toEqual({ kind: 'object', s3Url: s3 });
    expect(asked(`${api}image?url=${encodeURIComponent(s3)}`)).toEqual({
      kind: 'object',
      s3Url: s3,
    });
  });

  it('takes the whole manifest', () => {
    expect(asked(`${api}manifest`, { destination: '' })).toEqual({ kind: 'manifest' });
  });

  it.each([
    ['what changes something', `${api}image?path=${path}`, { method: 'POST' }],
    ['HEAD', `${api}image?path=${path}`, { method: 'HEAD' }],
    ['what scripts fetch from elsewhere', s3, { destination: '' as const }],
    ['changes of the manifest', `${api}manifest?since=4`, {}],
    ['a part of the manifest', `${api}manifest?actor_id=0001`, {}],
    ['statistics', `${api}stats`, {}],
    ['a picture of the page itself', 'http://localhost:8787/logo.png', {}],
    ['a path of nothing', `${api}image`, {}],
    ['another endpoint that begins alike', `${api}images?path=${path}`, {}],
  ])('leaves alone %s', (_, url, more) => {
    expect(asked(url, more)).toBeUndefined();
  });
});

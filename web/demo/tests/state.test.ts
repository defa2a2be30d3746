import { describe, expect, it } from 'vitest';
import { actorTitle, actorTraits, bytes, duration } from '../src/state/format.ts';
import { actorHref, parseRoute } from '../src/state/route.ts';
import { speedUp, type Timing } from '../src/state/timings.ts';

const timing = (ms: number, fromS3 = 0): Timing => ({
  ms,
  fromCache: 25 - fromS3,
  fromBrowser: 0,
  fromS3,
  failed: 0,
});

describe('format', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [99_950_000, '100 MB'],
    [10_737_418_240, '10.7 GB'],
  ])('writes %i bytes as %s', (value, text) => expect(bytes(value)).toBe(text));

  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1500, '1.50 s'],
    [12_340, '12.3 s'],
    [182_000, '3 min'],
    [7_200_000, '2.0 h'],
  ])('writes %i ms as %s', (value, text) => expect(duration(value)).toBe(text));

  it('reads traits from the name of a training picture and from no other', () => {
    const actor = (name: string) => ({
      id: 'x',
      name: 'x',
      pictures: [{ name, s3_url: '', size_bytes: 1 }],
    });
    expect(actorTraits(actor('0001_european_16_male_0.jpg'))).toBe('European · 16 · male');
    expect(actorTraits(actor('IMG_2031.jpg'))).toBeUndefined();
  });

  it('calls a number an actor and keeps a name', () => {
    expect([actorTitle({ name: '0001' }), actorTitle({ name: 'Anna' })]).toEqual([
      'Actor 0001',
      'Anna',
    ]);
  });
});

describe('parseRoute', () => {
  it.each(['0001', 'Zoë & Co/1', '100%'])('finds the actor %s in its own link', (id) => {
    expect(parseRoute(actorHref(id))).toEqual({ page: 'actor', id });
  });

  it.each(['', '#', '#/', '#/actors/', '#/actors/%E0%A4%A', '#/actors/a/b'])(
    'shows the list for %s',
    (hash) => {
      expect(parseRoute(hash)).toEqual({ page: 'actors' });
    },
  );
});

describe('speedUp', () => {
  it('compares a cached visit with one without', () => {
    expect(speedUp({ with: timing(100), without: timing(3000, 25) })).toBe(30);
  });

  it.each([
    [{}],
    [{ with: timing(100) }],
    [{ with: timing(100, 3), without: timing(3000, 25) }],
    [{ with: timing(3000), without: timing(3000, 25) }],
  ])('claims nothing for %o', (timings) => expect(speedUp(timings)).toBeUndefined());
});

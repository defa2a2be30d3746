// The manifest in the built module.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  ENTRY,
  PATH,
  documentOf,
  give,
  giveBytes,
  load,
  module,
  withManifest,
} from './built_module.mjs';

const KEY = ENTRY.s3_url;

function lookup(manifest, url) {
  const length = manifest.lookup(give(manifest, url));
  if (length <= 0) return length;
  const address = manifest.reserve(0);
  return new TextDecoder().decode(module.HEAPU8.subarray(address, address + length));
}

test('finds a picture by any of its URLs', () => {
  withManifest((manifest) => {
    assert.equal(load(manifest, documentOf([ENTRY])), 1);
    for (const url of [
      KEY,
      's3://training/0001/image.jpg',
      'https://training.s3.eu-west-1.amazonaws.com/0001/image.jpg?X-Amz-Signature=1',
    ]) {
      assert.equal(lookup(manifest, url), PATH, url);
    }
    assert.equal(lookup(manifest, 'https://s3.amazonaws.com/training/0001/other.jpg'), 0);
    assert.equal(lookup(manifest, 'data:image/png;base64,AAAA'), -1);
    assert.equal(lookup(manifest, ''), -1);
    assert.equal(lookup(manifest, `https://host/${'a'.repeat(9000)}`), -1);
  });
});

test('keeps the old content when JSON is refused', () => {
  withManifest((manifest) => {
    load(manifest, documentOf([ENTRY]));
    const revision = manifest.revision();
    assert.equal(manifest.loadJson(give(manifest, '{"version":')), -1);
    assert.equal(load(manifest, []), -1);
    assert.equal(manifest.loadJson(give(manifest, '['.repeat(200_000))), -1);
    // The parser quotes what it refuses, control characters in a way of their own.
    assert.equal(manifest.loadJson(give(manifest, '{"version":"\n\u0001"}')), -1);
    assert.equal(manifest.loadJson(0), -1);
    assert.equal(manifest.revision(), revision);
    assert.equal(lookup(manifest, KEY), PATH);
  });
});

test('takes numbers with a point or an exponent where they are whole', () => {
  const withNumber = (number) =>
    JSON.stringify(documentOf([ENTRY])).replace(
      '"cached_at":1729176000000',
      `"cached_at":${number}`,
    );
  const numbers = [
    ['1729176000000', 1],
    ['1729176000000.0', 1],
    [`1729176000000.${'0'.repeat(40)}`, 1],
    ['1.729176e12', 1],
    ['172917600000000000000000000e-14', 1],
    ['0.0e-400', 1],
    ['9007199254740991.0', 1],
    ['9007199254740993.0', 0],
    ['1729176000000.5', 0],
    ['-1.0', 0],
    ['1e-400', 1], // 0, as in every language
    ['1e300', 0],
    ['1e400', -1], // JSON of no number
  ];
  withManifest((manifest) => {
    for (const [number, entries] of numbers) {
      assert.equal(manifest.loadJson(give(manifest, withNumber(number))), entries, number);
    }
  });
});

test('believes only bytes that are in the scratch', () => {
  withManifest((manifest) => {
    give(manifest, KEY);
    for (const bytes of [1e9, -1, NaN, Infinity]) assert.ok(manifest.lookup(bytes) <= 0);
  });
});

const of = (actor, name) => ({
  ...ENTRY,
  actor_id: actor,
  s3_url: `https://s3.amazonaws.com/b/${name}`,
  local_path: `.image-cache/images/${actor}/${name}.jpg`,
});

test('writes itself as a compact snapshot and loads one', () => {
  withManifest((manifest) => {
    const head = { epoch: '00c0ffee00c0ffee', revision: 7, s3_endpoint: 'http://localhost:4569' };
    load(manifest, documentOf([ENTRY, of('a', '1')], head));
    const length = manifest.writeSnapshot();
    const address = manifest.reserve(0);
    const bytes = module.HEAPU8.slice(address, address + length);
    withManifest((other) => {
      assert.equal(other.loadSnapshot(giveBytes(other, bytes)), 2);
      assert.equal(lookup(other, KEY), PATH);
      assert.equal(other.epoch(), '00c0ffee00c0ffee');
      assert.equal(other.serverRevision(), 7);
      assert.equal(other.cacheKey('s3://bucket/k'), 'http://localhost:4569/bucket/k');
      assert.deepEqual(other.actorTotals('a'), { entries: 1, size_bytes: 328059 });
      const revision = other.revision();
      const refused = (damaged) => other.loadSnapshot(giveBytes(other, damaged));
      assert.equal(refused(bytes.subarray(0, -1)), -1);
      assert.equal(refused(bytes.with(bytes.length - 1, bytes.at(-1) ^ 1)), -1);
      assert.equal(refused(bytes.with(8, 2)), -2);
      assert.equal(other.loadSnapshot(1e9), -1);
      assert.equal(other.revision(), revision);
      assert.equal(lookup(other, KEY), PATH);
    });
  });
});

test('applies what changed since its revision', () => {
  withManifest((manifest) => {
    const epoch = '00c0ffee00c0ffee';
    load(manifest, documentOf([ENTRY, of('a', '1'), of('b', '2')], { epoch, revision: 7 }));
    const apply = (value) => manifest.applyChanges(give(manifest, JSON.stringify(value)));
    const { s3_url, local_path, size_bytes } = of('c', '3');
    const changes = [
      { put: [{ s3_url, local_path, size_bytes }] },
      { removed: [{ s3_url: KEY, local_path: PATH }] },
      { removed_actor: 'b' },
      { unheard_of: { put: [1] } },
    ];
    assert.equal(apply({ type: 'changes', since: 8, revision: 9, changes }), -2);
    assert.equal(apply({ epoch: 'f'.repeat(16), since: 7, revision: 9, changes }), -4);
    assert.equal(apply({ epoch, since: 7, revision: 9, full: true }), -3);
    assert.equal(apply({ since: 7, revision: 9 }), -1);
    assert.equal(manifest.applyChanges(give(manifest, 'x')), -1);
    assert.equal(manifest.totals().entries, 3);
    assert.equal(apply({ type: 'changes', since: 7, revision: 9, changes }), 3);
    assert.equal(manifest.serverRevision(), 9);
    assert.equal(lookup(manifest, s3_url), local_path);
    assert.equal(lookup(manifest, KEY), 0);
    assert.equal(manifest.totals().entries, 2);
    assert.equal(apply({ type: 'changes', since: 7, revision: 9, changes }), 0);
    assert.equal(apply({ since: 8, revision: 10, changes: [{ removed_all: true }] }), 1);
    assert.equal(manifest.totals().entries, 0);
  });
});

test('keeps the later of two of one epoch', () => {
  withManifest((manifest) => {
    load(manifest, documentOf([ENTRY], { epoch: 'a'.repeat(16), revision: 7 }));
    assert.equal(load(manifest, documentOf([], { epoch: 'a'.repeat(16), revision: 6 })), 1);
    assert.equal(load(manifest, documentOf([], { epoch: 'b'.repeat(16), revision: 6 })), 0);
  });
});

test('answers many URLs and many paths at once', () => {
  withManifest((manifest) => {
    load(manifest, documentOf([ENTRY, of('a', '1')]));
    const lines = (length) => {
      const address = manifest.reserve(0);
      return new TextDecoder()
        .decode(module.HEAPU8.subarray(address, address + length))
        .split('\n');
    };
    const urls = [`${KEY}?X-Amz-Signature=1`, 'nope', '', 's3://b/1', 's3://b/2'];
    assert.deepEqual(lines(manifest.lookupBatch(give(manifest, urls.join('\n')))), [
      PATH,
      '',
      '',
      '.image-cache/images/a/1.jpg',
      '',
    ]);
    const paths = [PATH, '.image-cache/images/a/2.jpg', '.image-cache/images/a/1.jpg', ''];
    assert.deepEqual(lines(manifest.knownPaths(give(manifest, paths.join('\n')))), ['1010']);
  });
});

test('puts and removes entries', () => {
  withManifest((manifest) => {
    assert.equal(manifest.put({ ...ENTRY, s3_url: 's3://training/0001/image.jpg' }), true);
    assert.equal(lookup(manifest, KEY), PATH);
    assert.equal(manifest.remove(`${KEY}?X-Amz-Date=1`), true);
    assert.equal(manifest.remove(KEY), false);
    assert.equal(manifest.remove('no url'), false);
    manifest.put(ENTRY);
    assert.equal(manifest.removeActor('0001'), 1);
    assert.equal(manifest.removeActor('0001'), 0);
    manifest.put(ENTRY);
    manifest.clear();
    assert.deepEqual(manifest.totals(), { entries: 0, size_bytes: 0 });
    assert.equal(manifest.revision(), 6);
  });
});

test('refuses entries that break a rule, whatever their type', () => {
  withManifest((manifest) => {
    for (const wrong of [
      { s3_url: 'nope' },
      { s3_url: undefined },
      { local_path: '../../etc/passwd' },
      { local_path: 5 },
      { actor_id: '' },
      { cached_at: NaN },
      { cached_at: '1' },
      { size_bytes: -1 },
      { size_bytes: Infinity },
    ]) {
      assert.equal(manifest.put({ ...ENTRY, ...wrong }), false, JSON.stringify(wrong));
    }
    assert.equal(manifest.put({}), false);
    assert.equal(manifest.totals().entries, 0);
  });
});

test('makes keys and fetchable URLs with the endpoint of the manifest', () => {
  withManifest((manifest) => {
    assert.equal(manifest.cacheKey('s3://bucket/a b'), 'https://s3.amazonaws.com/bucket/a%20b');
    assert.equal(manifest.cacheKey('nope'), '');
    assert.equal(manifest.fetchUrl('s3://bucket/k'), 'https://bucket.s3.amazonaws.com/k');
    assert.equal(manifest.fetchUrl(`${KEY}?X-Amz-Date=1`), `${KEY}?X-Amz-Date=1`);
    assert.equal(manifest.fetchUrl('nope'), 'nope');
    load(manifest, documentOf([], { s3_endpoint: 'http://localhost:4569' }));
    assert.equal(manifest.cacheKey('s3://bucket/k'), 'http://localhost:4569/bucket/k');
    assert.equal(manifest.fetchUrl('s3://bucket/k'), 'http://localhost:4569/bucket/k');
    const s3_endpoint = 'https://minio.example.com';
    load(manifest, documentOf([], { s3_endpoint }));
    assert.equal(manifest.fetchUrl('s3://bucket/k'), 'https://bucket.minio.example.com/k');
    load(manifest, documentOf([], { s3_endpoint, s3_path_style: true }));
    assert.equal(manifest.fetchUrl('s3://bucket/k'), 'https://minio.example.com/bucket/k');
    assert.equal(
      manifest.cacheKey('https://s3.amazonaws.com/b/\u00e9.jpg'),
      'https://s3.amazonaws.com/b/%C3%A9.jpg',
    );
  });
});

test('names the actor of a picture that comes without one', () => {
  withManifest((manifest) => {
    assert.equal(manifest.defaultActorId('s3://training/people/0007/a.jpg'), '0007');
    assert.equal(manifest.defaultActorId('s3://training/a.jpg'), 'default');
    assert.equal(manifest.defaultActorId('nope'), 'default');
  });
});

test('holds a large manifest, and the memory may move', () => {
  withManifest((manifest) => {
    const before = module.HEAPU8.buffer;
    const entries = Array.from({ length: 50_000 }, (_, i) => ({
      ...ENTRY,
      s3_url: `https://s3.amazonaws.com/training/${i}.jpg`,
    }));
    assert.equal(load(manifest, documentOf(entries)), 50_000);
    assert.notEqual(module.HEAPU8.buffer, before);
    assert.equal(lookup(manifest, 's3://training/49999.jpg'), PATH);
    assert.equal(manifest.totals().size_bytes, 50_000 * 328059);
  });
});

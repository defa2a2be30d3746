// The prefetch queue in the built module.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { module, withManifest } from './built_module.mjs';

function withQueue(options, use) {
  withManifest((manifest) => {
    const queue = new module.PrefetchQueue(manifest, options);
    try {
      use(queue, manifest);
    } finally {
      queue.delete();
    }
  });
}
const images = (...names) =>
  names.map((name) => ({ s3_url: `https://s3.amazonaws.com/b/${name}`, filename: name }));

test('runs a queue to its end', () => {
  withQueue({ pauseBetweenActorsMs: 50 }, (queue) => {
    assert.deepEqual(queue.next(0), { kind: 'idle' });
    assert.equal(queue.enqueue('a', images('1', '2'), 'normal'), 0);
    assert.equal(queue.enqueue('b', images('3'), 'low'), 0);
    const { kind, batch } = queue.next(0);
    assert.equal(kind, 'start');
    assert.equal(batch.actorId, 'a');
    assert.equal(batch.priority, 'normal');
    assert.deepEqual(batch.images, images('1', '2'));
    assert.equal(queue.progress().current, 'a');
    assert.deepEqual(
      ['a', 'b', 'c'].map((id) => queue.isBusyWith(id)),
      [true, true, false],
    );
    const results = batch.images.map(({ s3_url }) => ({ s3_url, outcome: 'cached', bytes: 5 }));
    queue.finish(batch.id, results, 10);
    assert.deepEqual(queue.next(10), { kind: 'wait', waitMs: 50 });
    assert.equal(queue.isBusyWith('a'), false);
    assert.equal(queue.next(60).batch.actorId, 'b');
    queue.cancel('b');
    assert.deepEqual(queue.next(60), { kind: 'abort', batchId: batch.id + 1 });
    assert.deepEqual(queue.next(60), { kind: 'idle' });
    assert.deepEqual(queue.progress(), {
      total: 2,
      completed: 1,
      failed: 0,
      cancelled: 1,
      imagesTotal: 2,
      imagesCompleted: 2,
      imagesFailed: 0,
      imagesSkipped: 0,
      imagesCancelled: 1,
      bytes: 10,
      current: null,
      paused: false,
      bytesPerSecond: 1000,
      msLeft: 0,
    });
  });
});

test('knows an image by its key, however its URL is signed', () => {
  withQueue({}, (queue) => {
    queue.enqueue('a', images('1'), 'normal');
    const { batch } = queue.next(0);
    queue.finish(batch.id, [{ s3_url: 's3://b/1', outcome: 'already_cached', bytes: 0 }], 0);
    assert.equal(queue.progress().completed, 1);
  });
});

test('counts what it left out and refuses what makes no sense', () => {
  withQueue({}, (queue) => {
    const mixed = [...images('1'), { s3_url: 'nope', filename: '' }, {}, 5];
    assert.equal(queue.enqueue('a', mixed, 'high'), 3);
    assert.equal(queue.progress().imagesTotal, 1);
    assert.equal(queue.enqueue('', images('1'), 'high'), -1);
    assert.equal(queue.enqueue('../x', images('1'), 'high'), -1);
    assert.equal(queue.enqueue('a', images('1'), 'urgent'), -1);
    assert.equal(queue.enqueue('a', 'images', 'high'), -1);
    queue.finish(NaN, [], 0);
    queue.finish(1, 'results', NaN);
    assert.equal(queue.progress().total, 1);
  });
});

test('pauses, resumes and cancels everything', () => {
  withQueue({ maxAttempts: 1 }, (queue) => {
    queue.enqueue('a', images('1'), 'normal');
    queue.pause();
    assert.equal(queue.progress().paused, true);
    assert.equal(queue.next(0).kind, 'idle');
    queue.resume();
    const { batch } = queue.next(0);
    queue.finish(batch.id, [{ ...images('1')[0], outcome: 'retry', bytes: 0 }], 0);
    assert.equal(queue.progress().failed, 1);
    queue.enqueue('b', images('2'), 'high');
    const second = queue.next(0).batch;
    queue.cancelAll();
    assert.deepEqual(queue.next(0), { kind: 'abort', batchId: second.id });
    assert.deepEqual(queue.next(0), { kind: 'idle' });
    assert.equal(queue.progress().msLeft, 0);
  });
});

test('takes visible images first, opens, leaves and skips what is cached', () => {
  withQueue({ batchImages: 2, batchesPerActor: 1 }, (queue) => {
    const [first, ...others] = images('1', '2', '3', '4');
    queue.enqueue('a', [{ ...first, cached: true }, ...others], 'low');
    queue.enqueue('b', images('5'), 'normal');
    queue.setVisible('a', ['s3://b/4', 'nope', 5], true);
    queue.setVisible('a', 'no array', true);
    queue.open('a');
    const { batch } = queue.next(0);
    assert.deepEqual(batch.images, images('4', '2'));
    assert.equal(queue.progress().imagesSkipped, 1);
    assert.equal(queue.progress().msLeft, null);
    queue.leave('a');
    assert.deepEqual(queue.next(0), { kind: 'abort', batchId: batch.id });
    assert.equal(queue.next(0).batch.actorId, 'b');
  });
});

test('heeds the conditions of the page', () => {
  withQueue({ slowBatchImages: 1, hiddenPauseMs: 500 }, (queue) => {
    queue.enqueue('a', images('1', '2', '3'), 'normal');
    for (const condition of ['offline', 'saveData']) {
      queue.setConditions({ [condition]: true });
      assert.equal(queue.next(0).kind, 'idle', condition);
    }
    queue.setConditions({ slow: true });
    const { batch } = queue.next(0);
    assert.deepEqual(batch.images, images('1'));
    queue.finish(batch.id, [{ ...images('1')[0], outcome: 'cached', bytes: 5 }], 10);
    queue.setConditions({ hidden: true });
    assert.deepEqual(queue.next(10), { kind: 'wait', waitMs: 500 });
    queue.setConditions({});
    assert.deepEqual(queue.next(10).batch.images, images('2', '3'));
  });
});

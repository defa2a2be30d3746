import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { optionsFromEnvironment } from '../server/options.ts';
import { DemoError } from '../server/usage-error.ts';

describe('optionsFromEnvironment', () => {
  it('draws a set, waits 1.5 s a picture and opens nothing by default', () => {
    const options = optionsFromEnvironment({ PHOTOS: '', BUCKET: '', PORT: '' });
    expect(options.source.kind).toBe('drawn');
    expect(options.latencyMs).toBe(1500);
    expect(options.open).toBe(false);
    expect(options.port).toBeUndefined();
  });

  it('expands the tilde that a shell left in PHOTOS', () => {
    const { source } = optionsFromEnvironment({ PHOTOS: '~/Pictures' });
    expect(source).toEqual({ kind: 'photos', folder: `${homedir()}/Pictures` });
  });

  it.each([
    ['actors', 'actors/'],
    ['actors/', 'actors/'],
    ['', ''],
  ])('takes PREFIX=%s as the folder %s', (PREFIX, prefix) => {
    const { source } = optionsFromEnvironment({ BUCKET: 'b', PREFIX });
    expect(source).toEqual({ kind: 'bucket', bucket: 'b', prefix, allowDelete: false });
  });

  it.each([
    [{ PHOTOS: '/x', BUCKET: 'b' }, /exclude/],
    [{ PREFIX: 'actors/' }, /PREFIX needs BUCKET/],
    [{ LATENCY_MS: 'slow' }, /LATENCY_MS/],
    [{ LATENCY_MS: '-5' }, /LATENCY_MS/],
    [{ LATENCY_MS: '1e3' }, /LATENCY_MS/],
    [{ PORT: '70000' }, /PORT/],
  ])('refuses %o with one line and exit code 2', (env, message) => {
    let caught: unknown;
    try {
      optionsFromEnvironment(env);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(DemoError);
    expect((caught as DemoError).exitCode).toBe(2);
    expect((caught as DemoError).message).toMatch(message);
    expect((caught as DemoError).message).not.toContain('\n');
  });

  it('deletes in a real bucket only when told', () => {
    const { source } = optionsFromEnvironment({ BUCKET: 'b', ALLOW_DELETE: '1' });
    expect(source).toMatchObject({ allowDelete: true });
  });
});

// What a soak judges by, besides flatness: metrics over time, and the server's log.
import { describe, expect, it } from 'vitest';

import { CacheServer } from '../cache-server.ts';
import { logFaults } from '../../soak/server-log.ts';
import { Vitals } from '../../soak/vitals.ts';

/** The metrics of a real server, with other values for some. */
async function metrics(change: Record<string, number> = {}): Promise<string> {
  const server = await CacheServer.start();
  const { text } = await server.get('/metrics');
  await server.stop();
  return Object.entries(change).reduce((changed, [name, value]) => {
    const line = new RegExp(`^image_cache_${name} .*$`, 'm');
    expect(changed).toMatch(line);
    return changed.replace(line, `image_cache_${name} ${value}`);
  }, text);
}

describe('Vitals', () => {
  it('finds nothing wrong with a server that has just started', async () => {
    const vitals = new Vitals();
    expect(vitals.read(await metrics())).toEqual([]);
    expect(vitals.value('entries')).toBe(0);
  });

  it('finds a counter that has fallen', async () => {
    const vitals = new Vitals();
    expect(vitals.read(await metrics({ hits_total: 7 }))).toEqual([]);
    expect(vitals.read(await metrics({ hits_total: 6 }))).toEqual([
      'image_cache_hits_total {} fell from 7 to 6',
    ]);
  });

  it('finds what is over its bound', async () => {
    const text = await metrics({ failures_remembered: 11, failures_max_remembered: 10 });
    expect(new Vitals().read(text)).toEqual(['failures_remembered is 11, over 10']);
  });

  it('does not take a metric that there is not for none', async () => {
    const vitals = new Vitals();
    vitals.read(await metrics());
    expect(() => vitals.value('nonsense')).toThrow('image_cache_nonsense');
  });
});

describe('the log of a soak', () => {
  const line = (level: string, message: string): string => JSON.stringify({ level, message });

  it('may tell of what the traffic did', () => {
    const log = [
      line('info', 'listening'),
      line('warning', 'a download failed'),
      line('error', 'manifest.json is out of date: no such file'),
    ].join('\n');
    expect(logFaults(`${log}\n`)).toEqual([]);
  });

  it('may not tell of errors; those that differ by a number are one', () => {
    const log = [line('error', 'entry 1 is lost'), line('error', 'entry 22 is lost')].join('\n');
    expect(logFaults(log)).toEqual(['2 times in the log: error: entry N is lost']);
  });

  it('may not hold what is no line of the log', () => {
    expect(logFaults('==1==ERROR: AddressSanitizer')).toHaveLength(1);
  });
});

// The metrics as docs/monitoring.md lists them, and the files beside it, checked with Prometheus' own tool.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { temporaryFolder } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { parsePrometheus, type Family } from '../../support/prometheus.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';

const docs = resolve(import.meta.dirname, '../../../docs');
const page = readFileSync(join(docs, 'monitoring.md'), 'utf8');
const monitoring = (file: string): string => join(docs, 'monitoring', file);

let text: string;
let families: Map<string, Family>;
let origin: ScriptedOrigin;
beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  const folder = temporaryFolder();
  const server = await CacheServer.start({
    args: [
      ...['--origin', origin.url, '--usage-model', 'learn', '--compress-after', '7d'],
      ...['--s3-endpoint', origin.url, '--sync', 's3://training/'],
      ...['--trace', join(folder, 'trace.csv'), '--access-log', join(folder, 'access.log')],
    ],
  });
  const path = await server.cache(
    '0001',
    origin.on('/training/a.jpg', answer(200, await picture(1))),
  );
  await server.get(imageTarget(path));
  ({ text } = await server.get('/metrics'));
  families = parsePrometheus(text);
  await server.stop();
});
afterAll(() => origin.stop());

function promtool(args: string[], stdin = ''): Promise<{ stdout: string; stderr: string }> {
  const running = promisify(execFile)('promtool', args);
  running.child.stdin?.end(stdin);
  return running;
}

const named = (source: string): string[] => [
  ...new Set([...source.matchAll(/\bimage_cache_\w+/g)].map(([name]) => name)),
];

describe('the metrics', () => {
  it('are those of the documentation, with their types', () => {
    const listed = [...page.matchAll(/^\| `(image_cache_\w+)` \| (\w+) \|/gm)].map(
      ([, name = '', type = '']) => [name, type],
    );
    const told = [...families].map(([name, { type }]) => [name, type]);
    expect(told.sort()).toEqual(listed.sort());
  });

  it('have the labels of the documentation, and few values', () => {
    for (const [name, { type, samples }] of families) {
      const [, labels = ''] = new RegExp(String.raw`^\| \`${name}\` \| \w+ \| (.*?) \|`, 'm').exec(
        page,
      ) ?? ['', 'undocumented'];
      for (const sample of samples) {
        const own = Object.keys(sample.labels).filter((label) => label !== 'le');
        expect(own.map((label) => `\`${label}\``).join(', '), name).toBe(labels.trim());
      }
      expect(samples.length, name).toBeLessThan(type === 'histogram' ? 20 : 10);
    }
  });

  it('pass promtool', async () => {
    const { stdout, stderr } = await promtool(['check', 'metrics'], text);
    expect(stdout + stderr).toBe('');
  });

  it('count downloads by their time', () => {
    for (const name of [
      'image_cache_origin_first_byte_seconds',
      'image_cache_download_queue_seconds',
    ]) {
      const samples = families.get(name)?.samples ?? [];
      const values = samples.filter((one) => one.name.endsWith('_bucket')).map((one) => one.value);
      expect(values).toEqual([...values].sort((a, b) => a - b));
      const count = samples.find((one) => one.name.endsWith('_count'))?.value;
      expect(count).toBeGreaterThanOrEqual(1); // the picture, and what the sync has asked by then
      expect(values.at(-1)).toBe(count);
    }
  });
});

describe('the files for Prometheus and Grafana', () => {
  it('pass promtool', async () => {
    await promtool(['check', 'config', monitoring('prometheus.yml')]);
    await promtool(['check', 'rules', monitoring('alerts.yml')]);
    const { stdout } = await promtool(['test', 'rules', monitoring('alerts_test.yml')]);
    expect(stdout).toContain('SUCCESS');
  });

  it.each(['alerts.yml', 'alerts_test.yml', 'grafana-dashboard.json'])(
    '%s asks for metrics that there are',
    (file) => {
      const names = named(readFileSync(monitoring(file), 'utf8'));
      expect(names.length).toBeGreaterThan(5);
      for (const name of names) {
        expect([...families.keys()], name).toContain(name.replace(/_bucket$/, ''));
      }
    },
  );

  it('tests every alert, and the documentation says what to do about each', () => {
    const alerts = [
      ...readFileSync(monitoring('alerts.yml'), 'utf8').matchAll(/- alert: (\w+)/g),
    ].map(([, name = '']) => name);
    expect(alerts.length).toBeGreaterThan(5);
    const tests = readFileSync(monitoring('alerts_test.yml'), 'utf8');
    for (const alert of alerts) {
      expect(page).toMatch(new RegExp(`^\\| \`${alert}\` \\|`, 'm'));
      expect(tests).toMatch(new RegExp(`alertname: ${alert}\\n\\s+exp_alerts:\\n\\s+- `));
    }
  });

  it('draws each panel of the dashboard from something, without overlaps', () => {
    const dashboard = JSON.parse(readFileSync(monitoring('grafana-dashboard.json'), 'utf8')) as {
      panels: {
        id: number;
        type: string;
        gridPos: { x: number; y: number; w: number; h: number };
        targets?: { expr: string }[];
      }[];
    };
    const places = new Set<string>();
    for (const { id, type, gridPos, targets = [] } of dashboard.panels) {
      expect(targets.length > 0, String(id)).toBe(type !== 'row');
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; ++x) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; ++y) {
          expect(x).toBeLessThan(24);
          expect(places.has(`${x},${y}`)).toBe(false);
          places.add(`${x},${y}`);
        }
      }
    }
  });
});

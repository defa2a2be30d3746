// The server's metrics over time: counters never fall, and what has a bound stays within it.
import { parsePrometheus, type Family } from '../support/prometheus.ts';

const PREFIX = 'image_cache_';

/** What is bounded, and the metric that says by what. */
const bounds: readonly (readonly [value: string, bound: string])[] = [
  ['http_connections', 'http_max_connections'],
  ['http_websockets', 'http_max_websockets'],
  ['open_images', 'open_images_max'],
  ['open_images_bytes', 'open_images_max_bytes'],
  ['used_bytes', 'max_size_bytes'],
  ['remembered_actors', 'remembered_max_actors'],
  ['change_log_groups', 'change_log_max_groups'],
  ['change_log_bytes', 'change_log_max_bytes'],
  ['downloads_waiting', 'downloads_max_waiting'],
  ['jobs_running', 'jobs_max_running'],
  ['job_images_running', 'job_images_max_running'],
  ['jobs_kept', 'jobs_max_kept'],
  ['jobs_running_bytes', 'jobs_running_max_bytes'],
  ['jobs_kept_bytes', 'jobs_kept_max_bytes'],
  ['failures_remembered', 'failures_max_remembered'],
  ['unstored_bytes', 'unstored_max_bytes'],
  ['revalidations_running', 'revalidations_max_running'],
  ['revalidations_waiting', 'revalidations_max_waiting'],
  ['prefetches_running', 'prefetches_max_running'],
];

export class Vitals {
  #families = new Map<string, Family>();

  /** Takes the text of /metrics and returns what is wrong with it, seen after the texts before. */
  read(text: string): string[] {
    const before = this.#families;
    this.#families = parsePrometheus(text);
    return [...this.#fallenCounters(before), ...this.#brokenBounds()];
  }

  /** Of the only sample of a family, as the last text had it. */
  value(name: string): number {
    const value = this.#families.get(PREFIX + name)?.samples[0]?.value;
    if (value === undefined) throw new Error(`there is no metric ${PREFIX}${name}`);
    return value;
  }

  #brokenBounds(): string[] {
    return bounds
      .filter(([value, bound]) => this.value(value) > this.value(bound))
      .map(([value, bound]) => `${value} is ${this.value(value)}, over ${this.value(bound)}`);
  }

  #fallenCounters(before: ReadonlyMap<string, Family>): string[] {
    const fallen: string[] = [];
    for (const [name, { type, samples }] of this.#families) {
      if (type !== 'counter') continue;
      for (const [i, { value, labels }] of samples.entries()) {
        const last = before.get(name)?.samples[i]?.value ?? 0;
        if (value < last)
          fallen.push(`${name} ${JSON.stringify(labels)} fell from ${last} to ${value}`);
      }
    }
    return fallen;
  }
}

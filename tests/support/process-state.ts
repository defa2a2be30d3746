// What a process holds at this moment, as Linux tells it.
import { readdir, readFile, readlink } from 'node:fs/promises';

export interface ProcessState {
  rssBytes: number;
  /** Of these, what is backed by no file: the heap and the stacks. */
  anonymousBytes: number;
  threads: number;
  descriptors: number;
}

export async function processState(pid: number): Promise<ProcessState> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): number => {
    const match = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status);
    if (match === null) throw new Error(`/proc/${pid}/status has no ${name}`);
    return Number(match[1]);
  };
  return {
    rssBytes: field('VmRSS') * 1024,
    anonymousBytes: field('RssAnon') * 1024,
    threads: field('Threads'),
    descriptors: (await readdir(`/proc/${pid}/fd`)).length,
  };
}

/** What the open descriptors are, sorted: "socket", "/path/of/a/file", "anon_inode:[eventpoll]", … */
export async function openDescriptors(pid: number): Promise<string[]> {
  const numbers = await readdir(`/proc/${pid}/fd`);
  const targets = await Promise.all(
    numbers.map((number) => readlink(`/proc/${pid}/fd/${number}`).catch(() => 'closed')),
  );
  return targets.map((target) => target.replace(/^(socket|pipe):.*/, '$1')).sort();
}

/** AddressSanitizer keeps freed memory for a while, so its use tells nothing. */
export async function hasSanitizer(pid: number): Promise<boolean> {
  return /lib[a-z_.]*(asan|tsan)/.test(await readFile(`/proc/${pid}/maps`, 'utf8'));
}

// What a process holds at this moment, as Linux tells it: to root, and to others where it runs with --debuggable.
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

/** The processes that it has started and that have not ended. */
export async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const children = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8')),
  );
  return children.join(' ').split(' ').filter(Boolean).map(Number);
}

/** What the open descriptors are, sorted: "listens", "from a client", "to port 9000", "/path/of/a/file", … */
export async function openDescriptors(pid: number): Promise<string[]> {
  const numbers = await readdir(`/proc/${pid}/fd`);
  const targets = await Promise.all(
    numbers.map((number) => readlink(`/proc/${pid}/fd/${number}`).catch(() => 'closed')),
  );
  const sockets = await tcpSockets(pid);
  return targets.map((target) => sockets.get(target) ?? target.replace(/:.*/, '')).sort();
}

const LISTENING = '0A';

/** What each "socket:[INODE]" of IPv4 is. */
async function tcpSockets(pid: number): Promise<Map<string, string>> {
  const [, ...lines] = (await readFile(`/proc/${pid}/net/tcp`, 'utf8')).trim().split('\n');
  const rows = lines.map((line) => line.trim().split(/\s+/));
  const port = (address = ''): number => parseInt(address.split(':')[1] ?? '', 16);
  const ownPorts = new Set(
    rows.filter(([, , , state]) => state === LISTENING).map(([, local]) => port(local)),
  );
  return new Map(
    rows.map(([, local, remote, state, , , , , , inode]) => {
      const isFromClient = ownPorts.has(port(local));
      const name = isFromClient ? 'from a client' : `to port ${port(remote)}`;
      return [`socket:[${inode}]`, state === LISTENING ? 'listens' : name];
    }),
  );
}

/** AddressSanitizer keeps freed memory for a while, so its use tells nothing. */
export async function hasSanitizer(pid: number): Promise<boolean> {
  return /lib[a-z_.]*(asan|tsan)/.test(await readFile(`/proc/${pid}/maps`, 'utf8'));
}

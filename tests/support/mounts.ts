// File systems of their own, so that a test can make a disk sick without the machine's suffering from it.
//
// Each is mounted on a temporary folder and unmounted after its test file, whatever became of the tests.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { temporaryFolder } from './files.ts';

const mounted: string[] = [];
process.once('exit', unmountAll);

const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const firstLine = (error: unknown): string => {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr || message).trim().split('\n')[0] ?? '';
};

/** Mounts; what is mounted is unmounted by unmountAll() at the latest. Returns the folder. */
function mount(...args: string[]): string {
  const folder = temporaryFolder();
  run('mount', ...args, folder);
  mounted.push(folder);
  return folder;
}

/** A file system in memory: `size=1m`, `nr_inodes=100`. */
export const mountTmpfs = (options: string): string => mount('-t', 'tmpfs', '-o', options, 'tmpfs');

/** All of `lower`'s file system, as a folder in which changes are kept in memory. */
export function mountOverlay(lower: string): string {
  const changes = mountTmpfs('mode=0755');
  const [upper, work] = [join(changes, 'upper'), join(changes, 'work')];
  mkdirSync(upper);
  mkdirSync(work);
  return mount(
    '-t',
    'overlay',
    '-o',
    `lowerdir=${lower},upperdir=${upper},workdir=${work}`,
    'overlay',
  );
}

/** An ext4 in a file, which the kernel makes read-only as soon as it finds an error. */
export class FragileDisk {
  readonly folder: string;
  readonly #image: string;

  constructor(sizeBytes: number) {
    this.#image = join(temporaryFolder(), 'ext4.img');
    writeFileSync(this.#image, '');
    run('truncate', '--size', String(sizeBytes), this.#image);
    run('mkfs.ext4', '-q', this.#image);
    this.folder = mount('-o', 'loop,errors=remount-ro', this.#image);
  }

  /** What is written so far is on the disk, and nothing can be written from now on. */
  fail(): void {
    run('sync', '--file-system', this.folder);
    const device = basename(run('findmnt', '-no', 'SOURCE', this.folder).trim());
    if (!/^loop\d+$/.test(device)) throw new Error(`not a disk of ours: ${device}`);
    writeFileSync(`/sys/fs/ext4/${device}/trigger_fs_error`, '1');
  }

  /** As an operator does, while nobody uses it: unmounts, checks, and mounts again, elsewhere. */
  repair(): string {
    unmount(this.folder);
    // 1: "errors were corrected", which is what it is for.
    const { status, stdout } = spawnSync('fsck.ext4', ['-y', this.#image], { encoding: 'utf8' });
    if (status !== 0 && status !== 1) throw new Error(`fsck: ${stdout}`);
    return mount('-o', 'loop', this.#image);
  }
}

/** With more than `limit` descriptors a process can open no more; undoing it is part of the answer. */
export function limitDescriptors(pid: number, limit: number): () => void {
  const [, soft = ''] =
    /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8')) ?? [];
  const set = (most: number | string): void => {
    run('prlimit', '--pid', String(pid), `--nofile=${most}:`);
  };
  set(limit);
  return () => set(soft);
}

function unmount(folder: string): void {
  run('umount', folder);
  mounted.splice(mounted.indexOf(folder), 1);
}

export function unmountAll(): void {
  // Not at once, when a server that was killed has not ended yet: then as soon as it has.
  // The last first: one may lie on another.
  for (const folder of mounted.splice(0).reverse()) spawnSync('umount', ['--lazy', folder]);
}

const whyNot = (attempt: () => unknown): string | undefined => {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return firstLine(error);
  } finally {
    unmountAll();
  }
};

/** Why a test cannot have such a file system here; nothing when it can. */
export const whyNoTmpfs = (): string | undefined => whyNot(() => mountTmpfs('size=64k'));
export const whyNoOverlay = (): string | undefined => whyNot(() => mountOverlay('/'));
export const whyNoFragileDisk = (): string | undefined =>
  whyNot(() => new FragileDisk(8 << 20).fail());

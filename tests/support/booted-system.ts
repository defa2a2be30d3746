// A system of its own under a real systemd: this machine's files, with what is changed kept in memory.
//
// A container of systemd-nspawn, which ends with its test file. It has this machine's network, so a test talks to its
// services as it talks to any other.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { mountOverlay, unmountAll, whyNoOverlay } from './mounts.ts';
import { until, within } from './until.ts';

const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((container) => container.kill('SIGKILL')));

/** Why there can be none here; nothing when there can. */
export function whyNoBootedSystem(): string | undefined {
  if (process.getuid?.() !== 0) return 'it takes root';
  if (spawnSync('systemd-nspawn', ['--version']).error !== undefined)
    return 'there is no systemd-nspawn';
  return whyNoOverlay();
}

export class BootedSystem {
  /** Its root, seen from here. */
  readonly root: string;
  readonly #container: ChildProcess;

  private constructor(root: string, container: ChildProcess) {
    this.root = root;
    this.#container = container;
  }

  /** Resolves when what belongs to its basic.target runs. */
  static async boot(): Promise<BootedSystem> {
    const root = mountOverlay('/');
    const container = spawn(
      'systemd-nspawn',
      [
        ...['--quiet', '--directory', root, '--settings=no', '--console=pipe'],
        // Whether or not systemd runs this machine.
        ...['--register=no', '--keep-unit', '--link-journal=no'],
        ...['--resolv-conf=off', '--timezone=off', '--boot', '--', '--unit=basic.target'],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    running.add(container);
    container.once('exit', () => running.delete(container));
    let told = '';
    const listen = (text: string): void => void (told += text);
    container.stdout.setEncoding('utf8').on('data', listen);
    container.stderr.setEncoding('utf8').on('data', listen);
    const system = new BootedSystem(root, container);
    await until(
      'the boot',
      () => {
        if (container.exitCode !== null) throw new Error(`systemd-nspawn: ${told}`);
        return /^(running|degraded)/.test(system.#spawn('systemctl', 'is-system-running').stdout);
      },
      60_000,
    );
    return system;
  }

  /** What a program run there as root prints. Throws when it fails. */
  run(program: string, ...args: string[]): string {
    const { status, stdout, stderr } = this.#spawn(program, ...args);
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stdout}${stderr}`);
    return stdout.trim();
  }

  /** What a unit's property is: "active" of ActiveState. */
  property(unit: string, name: string): string {
    return this.run('systemctl', 'show', '--value', `--property=${name}`, unit);
  }

  write(path: string, text: string, mode = 0o644): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, mode);
  }

  async shutDown(): Promise<void> {
    if (this.#container.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#container.once('exit', resolve));
    this.#container.kill('SIGTERM');
    await within('the end of the system', ended, 60_000);
    unmountAll();
  }

  /** Its first process. At the very beginning that is one which starts it. */
  get #init(): string {
    const { pid } = this.#container;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  }

  #spawn(
    program: string,
    ...args: string[]
  ): { status: number | null; stdout: string; stderr: string } {
    const namespaces = ['--mount', '--uts', '--ipc', '--pid', '--cgroup'];
    return spawnSync('nsenter', ['--target', this.#init, ...namespaces, '--', program, ...args], {
      encoding: 'utf8',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
    });
  }
}

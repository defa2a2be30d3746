// What a service manager listens to: the socket that NOTIFY_SOCKET names (sd_notify(3)).
//
// Node has no datagram sockets of the file system, so Python reads them.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { temporaryFolder } from './files.ts';
import { until, within } from './until.ts';

const program = `
import socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1].replace("@", "\\0", 1))
print("bound", flush=True)
while True:
    print(listener.recv(4096).decode().replace("\\n", " "), flush=True)
`;

export class NotifySocket {
  /** A datagram each, its lines separated by spaces. */
  readonly told: string[] = [];
  readonly address: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, address: string) {
    this.#child = child;
    this.address = address;
    createInterface({ input: child.stdout! }).on('line', (line) => this.told.push(line));
  }

  /** Bound to a file, or to the name that is given. */
  static async open(address = join(temporaryFolder(), 'notify')): Promise<NotifySocket> {
    const child = spawn('python3', ['-c', program, address], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const opened = new NotifySocket(child, address);
    await until('the socket', () => opened.told[0] === 'bound');
    opened.told.shift();
    return opened;
  }

  async close(): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await within('the end of the listener', exited);
  }
}

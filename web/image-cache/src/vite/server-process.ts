// The cache server as a child of this process: started once for each command line, shared by whoever asks
// for the same, ended with the last of them and with this process.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface ServerCommand {
  binary: string;
  args: string[];
  env: Record<string, string>;
}

export interface ServerLease {
  /** "http://127.0.0.1:41234" */
  url: string;
  /** Resolves when the server has ended, or at once when others still use it. */
  release: () => Promise<void>;
}

interface Running {
  child: ChildProcess;
  url: Promise<string>;
  users: number;
}

const START_DEADLINE_MS = 30_000;
/** For a server that does not end when it is asked to: it loses nothing by being killed. */
const STOP_DEADLINE_MS = 10_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const running = new Map<string, Running>();

/** Rejects when the server does not come up; its own words are on stderr then. */
export async function leaseServer(command: ServerCommand): Promise<ServerLease> {
  const key = JSON.stringify(command);
  const server = running.get(key) ?? start(key, command);
  server.users += 1;
  let released: Promise<void> | undefined;
  const release = (): Promise<void> => {
    if (released !== undefined) return released;
    server.users -= 1;
    released = server.users === 0 ? stop(key, server) : Promise.resolve();
    return released;
  };
  try {
    return { url: await server.url, release };
  } catch (error) {
    void release();
    throw error;
  }
}

function start(key: string, { binary, args, env }: ServerCommand): Running {
  const child = spawn(binary, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const server = { child, url: listening(child, binary), users: 0 };
  if (running.size === 0) watchExit();
  running.set(key, server);
  let hasListened = false;
  server.url.then(
    () => (hasListened = true),
    () => undefined, // whoever asked for it is told
  );
  child.once('exit', (code, signal) => {
    if (running.get(key) !== server) return; // stopped on purpose
    forget(key);
    if (!hasListened) return;
    console.error(`image-cache: the server ended (${signal ?? `exit code ${String(code)}`}).`);
  });
  return server;
}

function listening(child: ChildProcess, binary: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new Error(`image-cache: ${binary} ${reason}`));
    };
    const timer = setTimeout(() => {
      fail(`did not listen within ${START_DEADLINE_MS / 1000} s.`);
    }, START_DEADLINE_MS);
    child.once('error', (error) => {
      fail(`could not be started: ${error.message}`);
    });
    child.once('exit', (code) => {
      fail(`ended before it listened (exit code ${String(code)}); its reason stands above.`);
    });
    if (child.stdout === null) return;
    // Read to the end: a pipe that nobody empties would stop the server one day.
    createInterface(child.stdout).on('line', (line) => {
      const match = /^listening on (http:\/\/\S+)$/.exec(line);
      if (match?.[1] === undefined) return;
      clearTimeout(timer);
      resolve(match[1]);
    });
  });
}

async function stop(key: string, { child }: Running): Promise<void> {
  forget(key);
  const hasEnded = child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  if (hasEnded) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS).unref();
  await ended;
  clearTimeout(timer);
}

function forget(key: string): void {
  running.delete(key);
  if (running.size === 0) unwatchExit();
}

function stopAll(): void {
  for (const [key, server] of running) void stop(key, server);
}

function onSignal(signal: NodeJS.Signals): void {
  stopAll();
  // Somebody else who listens ends the process in good order; otherwise the signal's own effect follows.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

function watchExit(): void {
  process.on('exit', stopAll);
  for (const signal of SIGNALS) process.prependListener(signal, onSignal);
}

function unwatchExit(): void {
  process.off('exit', stopAll);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

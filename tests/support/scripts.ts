// What a ScriptedOrigin can do with one request.
import type { Socket } from 'node:net';

import type { Gate } from './until.ts';

/** Writes to the connection what it likes; the connection is kept when it leaves it open. */
export type Script = (socket: Socket) => void | Promise<void>;

type Headers = Record<string, string | number>;

function head(status: number, headers: Headers): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Scripted\r\n${lines.join('')}\r\n`;
}

/** A correct answer. */
export function answer(status: number, body: string | Buffer, headers: Headers = {}): Script {
  return (socket) => {
    socket.write(head(status, { 'content-length': Buffer.byteLength(body), ...headers }));
    socket.write(body);
  };
}

/** A correct answer, without a length and in chunks. */
export function inChunks(...chunks: Buffer[]): Script {
  return (socket) => {
    socket.write(head(200, { 'transfer-encoding': 'chunked' }));
    for (const chunk of chunks) {
      socket.write(`${chunk.length.toString(16)}\r\n`);
      socket.write(chunk);
      socket.write('\r\n');
    }
    socket.write('0\r\n\r\n');
  };
}

/** Without a length, in two chunks, the second of them when the gate opens. */
export function chunkThen(gate: Gate, body: Buffer): Script {
  const half = Math.floor(body.length / 2);
  return async (socket) => {
    const chunk = (bytes: Buffer): Buffer =>
      Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
    socket.write(head(200, { 'transfer-encoding': 'chunked' }));
    socket.write(chunk(body.subarray(0, half)));
    await gate.opened;
    socket.write(chunk(body.subarray(half)));
    socket.write('0\r\n\r\n');
  };
}

/** Announces `length`, sends `body` and closes. */
export function announcing(length: number, body: Buffer, headers: Headers = {}): Script {
  return (socket) => {
    socket.write(head(200, { ...headers, 'content-length': length }));
    socket.end(body);
  };
}

/** In chunks, and closed before the last one. */
export function unfinishedChunks(chunk: Buffer): Script {
  return (socket) => {
    socket.write(head(200, { 'transfer-encoding': 'chunked' }));
    socket.write(`${chunk.length.toString(16)}\r\n`);
    socket.write(chunk);
    socket.end('\r\n');
  };
}

/** Sends the head and the first half of `body`, waits for the gate, then sends the rest. */
export function halfThen(gate: Gate, body: Buffer): Script {
  return async (socket) => {
    const half = Math.floor(body.length / 2);
    socket.write(head(200, { 'content-length': body.length }));
    socket.write(body.subarray(0, half));
    await gate.opened;
    socket.write(body.subarray(half));
  };
}

/** Does nothing until the gate opens. */
export function held(gate: Gate, then: Script): Script {
  return async (socket) => {
    await gate.opened;
    await then(socket);
  };
}

/** Breaks the connection off with a reset, after `bytes` of an answer when some are given. */
export function reset(body?: Buffer): Script {
  return async (socket) => {
    if (body !== undefined) {
      const partial = Buffer.concat([
        Buffer.from(head(200, { 'content-length': body.length * 2 })),
        body,
      ]);
      await new Promise((resolve) => socket.write(partial, resolve));
    }
    socket.resetAndDestroy();
  };
}

/** Each script for one request; the last one for all that follow. */
export function inTurn(...scripts: [Script, ...Script[]]): Script {
  let next = 0;
  return (socket) => {
    const script = scripts[Math.min(next, scripts.length - 1)] ?? scripts[0];
    next += 1;
    return script(socket);
  };
}

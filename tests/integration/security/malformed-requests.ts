// The rows of malformed-requests.json, and the bytes of one.
import { readFileSync } from 'node:fs';

/** A character a byte (latin1), or some of them many times. */
type Piece = string | { repeat: string; times: number };

export interface MalformedRequest {
  name: string;
  send: Piece | Piece[];
  expect: {
    /** Of the first answer. */
    status: number;
    /** The problem's slug. */
    type?: string;
    /** Whether the connection ends behind the answers; otherwise another request on it is answered. */
    closes: boolean;
    answers: number;
  };
}

export const malformedRequests = JSON.parse(
  readFileSync(new URL('./malformed-requests.json', import.meta.url), 'utf8'),
) as MalformedRequest[];

export function bytesOf(send: MalformedRequest['send']): Buffer {
  const pieces = [send].flat();
  const text = pieces.map((piece) =>
    typeof piece === 'string' ? piece : piece.repeat.repeat(piece.times),
  );
  return Buffer.from(text.join(''), 'latin1');
}

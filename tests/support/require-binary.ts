// Vitest's global setup: one clear message instead of a failure in every file.
import { requireBinary } from './binary.ts';

export default function setup(): void {
  requireBinary();
}

// The shape of every refusal: RFC 9457, a slug of ours, and nothing that should stay inside.
import { expect } from 'vitest';

import type { Answer } from './http.ts';

const mustNotShow = [
  /\/tmp\//,
  /\/proc\//,
  /\/home\//,
  /X-Amz-Signature/i,
  /X-Amz-Credential/i,
  /\.sqlite/,
];

export function expectProblem(answer: Answer, status: number, slug: string): void {
  const seen = `${answer.status} ${answer.text.slice(0, 300)}`;
  expect(answer.status, seen).toBe(status);
  expect(answer.headers['content-type'], seen).toMatch(/^application\/problem\+json\b/);
  expectProblemBody(answer.text, status, slug);
}

export function expectProblemBody(text: string, status: number, slug: string): void {
  const problem = JSON.parse(text) as Record<string, unknown>;
  expect(problem).toMatchObject({ type: `/problems/${slug}`, status });
  expect(problem['title'], text).toMatch(/\S/);
  expect(problem['detail'], text).toMatch(/\S/);
  for (const secret of mustNotShow) expect(text).not.toMatch(secret);
}

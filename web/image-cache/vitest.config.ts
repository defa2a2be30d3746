import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    // Each file says when it needs a document: `@vitest-environment jsdom`.
    environment: 'node',
    restoreMocks: true,
    testTimeout: 30_000,
  },
});

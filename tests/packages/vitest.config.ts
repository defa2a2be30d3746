import { defineConfig } from 'vitest/config';

// Installing and building a fresh application takes what it takes.
export default defineConfig({
  test: {
    include: ['packages/*.test.ts'],
    globalSetup: ['support/require-binary.ts'],
    setupFiles: ['support/after-each-file.ts'],
    pool: 'forks',
    hookTimeout: 300_000,
    testTimeout: 30_000,
  },
});

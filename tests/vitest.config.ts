import { defineConfig } from 'vitest/config';

// The integration tests: each file starts its own servers on free ports, so files run side by side.
export default defineConfig({
  test: {
    include: ['integration/**/*.test.ts', 'support/tests/**/*.test.ts'],
    setupFiles: ['support/after-each-file.ts'],
    globalSetup: ['support/require-binary.ts'],
    pool: 'forks',
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});

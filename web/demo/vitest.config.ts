import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['../../tests/support/after-each-file.ts'],
    // Drawing is real work and the machine may be busy.
    testTimeout: 90_000,
  },
});

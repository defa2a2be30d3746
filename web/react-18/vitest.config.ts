// The component tests of image-cache once more, with React 18 in the place of the workspace's own.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: folder('../image-cache'),
  resolve: {
    alias: [
      { find: /^(react|react-dom)(\/.*)?$/, replacement: folder('node_modules/$1$2') },
      // Its CommonJS form would ask Node for React, which knows no alias.
      {
        find: '@testing-library/react',
        replacement: folder(
          '../../node_modules/@testing-library/react/dist/@testing-library/react.esm.js',
        ),
      },
    ],
  },
  test: {
    include: ['tests/**/*.test.tsx'],
    restoreMocks: true,
    testTimeout: 30_000,
    server: { deps: { inline: ['@testing-library/react'] } },
  },
});

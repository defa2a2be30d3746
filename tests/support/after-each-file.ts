// Vitest's setup of every test file, here and of the demo: its hook is registered first and so runs last.
import { afterAll } from 'vitest';

import { killStrayServers } from './cache-server.ts';
import { removeTemporaryFolders } from './files.ts';

afterAll(() => {
  killStrayServers();
  removeTemporaryFolders();
});

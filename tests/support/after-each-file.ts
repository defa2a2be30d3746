// Vitest's setup of every test file: its hook is registered first and so runs last.
import { afterAll } from 'vitest';

import { killStrayServers } from './cache-server.ts';

afterAll(killStrayServers);

#!/usr/bin/env node
// Stands in for the cache server where only its life matters: it listens, says so, and ends on SIGTERM.
import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers';

const server = createServer((_request, response) => {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ args: process.argv.slice(2), key: process.env.AWS_ACCESS_KEY_ID }));
});
server.listen(0, '127.0.0.1', () => {
  writeFileSync(process.env.PID_FILE, String(process.pid));
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
process.on('SIGINT', () => undefined);
// It takes a moment, as a server does that finishes its answers.
process.on('SIGTERM', () => setTimeout(() => process.exit(0), 700));

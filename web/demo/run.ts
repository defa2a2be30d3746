// `make run`: starts the demo, says where it is, and stops all of it on Ctrl-C.
import { progressLine } from './server/progress-line.ts';
import { optionsFromEnvironment } from './server/options.ts';
import { startDemo, type Demo } from './server/start-demo.ts';
import { DemoError } from './server/usage-error.ts';

const GRACE_MS = 10_000;

let demo: Demo | undefined;
const stopped = new AbortController();

async function stop(): Promise<void> {
  // Ctrl-C twice: the second one does not wait.
  if (stopped.signal.aborted) process.exit(130);
  stopped.abort();
  await demo?.close();
  // The cache server finishes what it does; this process is its parent and ends after it.
  process.exitCode = 0;
  setTimeout(() => process.exit(0), GRACE_MS).unref();
}

process.on('SIGINT', () => void stop());
process.on('SIGTERM', () => void stop());

try {
  const options = optionsFromEnvironment(process.env);
  const progress = progressLine(process.stdout);
  demo = await startDemo({
    ...options,
    signal: stopped.signal,
    onProgress: progress.show,
    onNotice: (line) => progress.note(`  ${line}`),
  });
  progress.end();
  if (stopped.signal.aborted) await demo.close();
  else console.log(banner(demo, options.source.kind));
} catch (error) {
  if (error !== stopped.signal.reason) {
    if (!(error instanceof DemoError)) throw error;
    console.error(`actor-maker: ${error.message}`);
    process.exit(error.exitCode);
  }
}

function banner({ url, s3Url }: Demo, source: string): string {
  const lines = [
    '',
    `  Actor Maker   ${url}`,
    `  pictures      ${s3Url === undefined ? 'your bucket' : `${s3Url} (s3rver)`}${source === 'photos' ? ', copies of your folder' : ''}`,
    '  Ctrl-C stops everything.',
    '',
  ];
  return lines.join('\n');
}

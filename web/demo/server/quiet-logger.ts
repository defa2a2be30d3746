// Vite's logger, but a cache server that is down is told once, not with a stack trace at every
// request: the page goes on without it.
import { createLogger, type Logger } from 'vite';

export function quietLogger(): Logger {
  const logger = createLogger('warn', { allowClearScreen: false });
  const { error } = logger;
  let told = false;
  logger.error = (message, options) => {
    if (!message.includes('http proxy error') && !message.includes('ws proxy')) {
      error(message, options);
    } else if (!told) {
      told = true;
      error('The cache server does not answer; pictures come from S3.', { timestamp: true });
    }
  };
  return logger;
}

// `vite build` reads this; `make run` starts Vite itself (server/start-demo.ts).
import { COMMON } from './server/vite-options.ts';

export default COMMON;

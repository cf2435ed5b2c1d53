// The memory core in the browser: the same .wasm as the gateway's, for the constants by which bytes
// become fields. It is fetched when somebody first looks at bytes.

import { instantiateStreaming } from '@assemblyscript/loader';
import type { Core } from '../../gateway/s1sp/core.ts';

let opened: Promise<Core> | undefined;

export function pageCore(): Promise<Core> {
  opened ??= instantiateStreaming<Core>(fetch('/assets/core.wasm')).then(({ exports }) => exports);
  return opened;
}

/** Bytes of a page of WebAssembly memory. */
const PAGE = 65_536;

/** What the code inside may use, in megabytes. */
export interface NodeLimits {
  /** Memory of WebAssembly: the heap of the interpreter inside. */
  wasm: number;
  /** Objects of JavaScript. */
  heap: number;
}

/** The permission model has had two names: `--permission` since Node 22.13. */
export const permissionFlag = (known: ReadonlySet<string> = process.allowedNodeEnvironmentFlags): string =>
  known.has('--permission') ? '--permission' : '--experimental-permission';

/**
 * Options of Node for a process that reads the given files and directories, and no other, writes none, and starts neither
 * processes, threads nor add-ons. Each path has an option of its own: in a list, a comma in a path would end it.
 */
export function nodeFlags(readable: readonly string[], limits: NodeLimits): string[] {
  return [
    permissionFlag(),
    ...readable.map((path) => `--allow-fs-read=${path}`),
    '--disallow-code-generation-from-strings',
    '--disable-proto=delete',
    '--unhandled-rejections=none',
    '--no-addons',
    '--no-warnings',
    '--no-deprecation',
    `--wasm-max-mem-pages=${Math.floor((limits.wasm * 1_048_576) / PAGE)}`,
    `--max-old-space-size=${limits.heap}`,
    '--max-semi-space-size=16',
    '--stack-size=960',
  ];
}

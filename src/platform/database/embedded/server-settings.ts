import { SOCKET_PORT } from './socket-directory';

/** Small when idle and fast to start, for one application on the same machine. */
const DEFAULTS: Record<string, string> = {
  cluster_name: 'confab',
  shared_buffers: '64MB',
  max_connections: '100',
  max_wal_size: '512MB',
  /** No separate I/O processes: the operating system reads ahead, and three idle processes are saved. */
  io_method: 'sync',
  max_logical_replication_workers: '0',
  huge_pages: 'off',
  jit: 'off',
  /** Used before /dev/shm, which is 64 MB in a container, and which systemd cleans when the starting user logs out. */
  min_dynamic_shared_memory: '16MB',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** Passed on the command line instead of postgresql.conf, so that they follow the version of the application. */
export function serverSettings(
  socketDirectories: string,
  overrides: Record<string, string> = {},
): Record<string, string> {
  return {
    ...DEFAULTS,
    ...overrides,
    listen_addresses: '',
    port: String(SOCKET_PORT),
    unix_socket_directories: socketDirectories,
    unix_socket_permissions: '0700',
  };
}

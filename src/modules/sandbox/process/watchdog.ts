import { spawn, type ChildProcess } from 'node:child_process';

/** Reads lines `+ pid` and `- pid`; when its input ends, which is when the server has died, it kills what is left. */
const SCRIPT = `
trap '' HUP INT TERM
pids=' '
while read -r change pid; do
  case $change in
    +) pids="$pids$pid " ;;
    -) case $pids in *" $pid "*) pids="\${pids%% $pid *} \${pids#* $pid }" ;; esac ;;
  esac
done
[ "$pids" = ' ' ] || kill -9 $pids 2>/dev/null
`;

/**
 * Ends the sandbox processes of a server that was killed: one that loops would not notice. A shell of about one megabyte,
 * started with the first of them.
 */
export class Watchdog {
  private shell: ChildProcess | undefined;

  watch(pid: number): void {
    this.write(`+ ${pid}\n`);
  }

  forget(pid: number): void {
    this.write(`- ${pid}\n`);
  }

  close(): void {
    this.shell?.stdin?.end();
    this.shell = undefined;
  }

  private write(line: string): void {
    this.shell ??= this.start();
    this.shell?.stdin?.write(line);
  }

  private start(): ChildProcess | undefined {
    if (process.platform === 'win32') return undefined;
    const shell = spawn('/bin/sh', ['-c', SCRIPT], { env: {}, stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    shell.once('error', () => (this.shell = undefined));
    shell.stdin?.on('error', () => undefined);
    shell.unref();
    (shell.stdin as unknown as { unref(): void } | null)?.unref();
    return shell;
  }
}

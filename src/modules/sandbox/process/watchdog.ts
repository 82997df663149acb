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
  private readonly watched = new Set<number>();
  private shell: ChildProcess | undefined;

  watch(pid: number): void {
    this.watched.add(pid);
    if (this.shell) this.write(`+ ${pid}\n`);
    else this.shell = this.start();
  }

  forget(pid: number): void {
    this.watched.delete(pid);
    this.write(`- ${pid}\n`);
  }

  close(): void {
    this.shell?.stdin?.end();
    this.shell = undefined;
  }

  private write(line: string): void {
    this.shell?.stdin?.write(line);
  }

  private start(): ChildProcess | undefined {
    if (process.platform === 'win32') return undefined;
    const shell = spawn('/bin/sh', ['-c', SCRIPT], { env: {}, stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    // The next process starts another one.
    const end = () => {
      if (this.shell === shell) this.shell = undefined;
    };
    shell.once('error', end).once('exit', end);
    shell.stdin?.on('error', () => undefined);
    for (const pid of this.watched) shell.stdin?.write(`+ ${pid}\n`);
    shell.unref();
    (shell.stdin as unknown as { unref(): void } | null)?.unref();
    return shell;
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Watchdog } from './watchdog';

const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

function start(): { pid: number; end: Promise<unknown[]>; child: ChildProcess } {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  children.push(child);
  return { pid: child.pid ?? 0, end: once(child, 'exit'), child };
}

describe('Watchdog', () => {
  it('ends what it watches when its channel closes, as with the server, and nothing else', async () => {
    const watchdog = new Watchdog();
    const [forgotten, first, last] = [start(), start(), start()];
    for (const { pid } of [forgotten, first, last]) watchdog.watch(pid);
    watchdog.forget(forgotten.pid);
    watchdog.close();
    expect(await first.end).toEqual([null, 'SIGKILL']);
    expect(await last.end).toEqual([null, 'SIGKILL']);
    expect(forgotten.child.exitCode ?? forgotten.child.signalCode).toBeNull();
  });

  it('can be used again, and starts nothing when there is nothing to watch', async () => {
    const watchdog = new Watchdog();
    watchdog.forget(1);
    watchdog.close();
    const { pid, end } = start();
    watchdog.watch(pid);
    watchdog.close();
    expect(await end).toEqual([null, 'SIGKILL']);
  });
});

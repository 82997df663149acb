import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** Resident memory in bytes and CPU time in milliseconds. */
export interface Usage {
  memory: number;
  cpu: number;
}

const PAGE = 4096;
/** Clock ticks per second that Linux reports times in, on all its architectures. */
const TICKS = 100;

/** What processes use now, by id; those that have ended are missing. */
export async function usageOf(pids: readonly number[]): Promise<Map<number, Usage>> {
  if (pids.length === 0) return new Map();
  return process.platform === 'linux' ? usageFromProc(pids) : usageFromPs(pids);
}

async function usageFromProc(pids: readonly number[]): Promise<Map<number, Usage>> {
  const all = await Promise.all(pids.map(async (pid) => [pid, await usageOfOne(pid)] as const));
  return new Map(all.flatMap(([pid, usage]) => (usage ? [[pid, usage] as const] : [])));
}

async function usageOfOne(pid: number): Promise<Usage | undefined> {
  try {
    const [stat, statm] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/statm`, 'utf8'),
    ]);
    // The name of the program, which is in brackets, may contain spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { memory: Number(statm.split(' ')[1]) * PAGE, cpu: (ticks * 1000) / TICKS };
  } catch {
    return undefined;
  }
}

/** macOS and BSD. Empty where there is no `ps`, so limits of memory are then those of the process itself. */
function usageFromPs(pids: readonly number[]): Promise<Map<number, Usage>> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'pid=,rss=,time=', '-p', pids.join(',')], (_error, stdout) => {
      const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
      resolve(
        new Map(
          rows
            .filter((row) => row.length === 3)
            .map(([pid, rss, time]) => [Number(pid), { memory: Number(rss) * 1024, cpu: millisecondsOf(time ?? '') }]),
        ),
      );
    });
  });
}

/** `[[hours:]minutes:]seconds`, as `ps` prints it. */
export const millisecondsOf = (time: string): number =>
  time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;

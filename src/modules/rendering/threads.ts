import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { BadRequestError } from '../../common/errors/app-error';

/** Plain JavaScript, so that a thread starts from the sources and from the build. */
const WORKERS = join(__dirname, '../../assets/workers');

export interface ThreadLimits {
  /** The start of the thread included. */
  milliseconds: number;
  megabytes: number;
}

/**
 * What a worker makes of its input, in a thread of its own: one that takes too long is given up, and nobody else waits
 * for it. @throws BadRequestError
 */
export function runInThread<T>(worker: string, input: unknown, { milliseconds, megabytes }: ThreadLimits): Promise<T> {
  const thread = new Worker(join(WORKERS, worker), {
    workerData: input,
    resourceLimits: { maxOldGenerationSizeMb: megabytes },
  });
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new BadRequestError('The text takes too long to render.')), milliseconds);
    thread.once('message', (result: T) => resolve(result));
    thread.once('error', () => reject(new BadRequestError('The text cannot be rendered.')));
    thread.once('exit', () => clearTimeout(timer));
  }).finally(() => thread.terminate());
}

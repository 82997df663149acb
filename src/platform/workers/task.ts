/** What a task has besides its input. */
export interface TaskContext<Fed> {
  /** What was passed to the run as `feed`, item by item; empty without one. Read once. */
  feed: AsyncIterable<Fed>;
}

/** What a worker does: one input, any number of results. Results are made no faster than they are read. */
export type Task<Input, Output, Fed> = (
  input: Input,
  context: TaskContext<Fed>,
) => Iterable<Output> | AsyncIterable<Output>;

/** Messages to the worker. `more` and `item` answer a `part` and a `want`. */
export type ToWorker<Input, Fed> =
  { type: 'run'; input: Input; credit: number } | { type: 'more' } | { type: 'item'; item: Fed } | { type: 'itemsEnd' };

/** Messages from the worker. `isWorn`: its memory has grown so far that a new process is cheaper. */
export type FromWorker<Output> =
  | { type: 'want' }
  | { type: 'part'; part: Output }
  | { type: 'done'; isWorn: boolean }
  | { type: 'refused'; message: string }
  | { type: 'failed'; details: string };

/** Signal by which a process ends itself when it exceeds its memory. */
export const MEMORY_SIGNAL = 'SIGUSR2';

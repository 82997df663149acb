/** Why a worker gave no result: too long, too much memory, the process died, or the task threw. */
export type WorkerFailure = 'timeout' | 'memory' | 'crash' | 'failed';

const WORDS: Record<WorkerFailure, string> = {
  timeout: 'took too long',
  memory: 'needed more memory than allowed',
  crash: 'ended unexpectedly',
  failed: 'failed',
};

/** A run ended without its result. `details` (a stack, the end of stderr) is for logs. */
export class WorkerError extends Error {
  constructor(
    readonly failure: WorkerFailure,
    worker: string,
    readonly details = '',
  ) {
    super(`The worker ${worker} ${WORDS[failure]}`);
    this.name = 'WorkerError';
  }
}

/** A task refuses its input. Thrown inside the worker, it arrives with the same message where the run is read. */
export class TaskRefusal extends Error {
  override readonly name = 'TaskRefusal';
}

import type { CompletionContext } from '../completion-context';

/**
 * One thing that happens to a request before the model is called. The files of this folder are numbered in the order in
 * which they run; `completions.module.ts` lists them.
 */
export interface CompletionStep {
  /** Changes the context; an error refuses the request. */
  apply(context: CompletionContext): Promise<void> | void;
}

export const COMPLETION_STEPS = Symbol('CompletionSteps');

import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { NEVER_ABORTED } from '../../common/util/aborting';
import { DeclarationsService } from '../../platform/discovery/declarations.service';
import type { CompletionContext } from '../pipeline/completion-context';
import { CompletionStep, type Emit } from '../pipeline/completion-step';
import { ReplySinkFactory, type ReplySink } from '../pipeline/reply-sink';

/** The declared steps and sinks of all modules, in their order. */
@Injectable()
export class PipelineService implements OnApplicationBootstrap {
  private accessSteps: CompletionStep[] = [];
  private prepareSteps: CompletionStep[] = [];
  private sinks: ReplySinkFactory[] = [];

  constructor(private readonly declarations: DeclarationsService) {}

  onApplicationBootstrap(): void {
    const steps = this.declarations.providers(CompletionStep).sort(byOrder);
    const inPhase = (phase: string) =>
      steps
        .filter(({ declaration }) => (declaration.phase ?? 'prepare') === phase)
        .map(({ instance }) => instance as CompletionStep);
    this.accessSteps = inPhase('access');
    this.prepareSteps = inPhase('prepare');
    const sinks = this.declarations.providers(ReplySinkFactory).sort(byOrder);
    this.sinks = sinks.map(({ instance }) => instance as ReplySinkFactory);
  }

  /** Runs the access steps. @throws what the first refusing step throws. */
  async admit(context: CompletionContext): Promise<void> {
    for (const step of this.accessSteps) await step.apply(context, emitNothing, NEVER_ABORTED);
  }

  async prepare(context: CompletionContext, emit: Emit, signal: AbortSignal): Promise<void> {
    for (const step of this.prepareSteps) {
      signal.throwIfAborted();
      await step.apply(context, emit, signal);
    }
  }

  openSinks(context: CompletionContext, taskId?: string): ReplySink[] {
    return this.sinks.map((factory) => factory.open(context, taskId)).filter((sink) => sink !== undefined);
  }
}

const byOrder = (a: { declaration: { order: number } }, b: { declaration: { order: number } }): number =>
  a.declaration.order - b.declaration.order;

const emitNothing: Emit = ({ type }) => {
  throw new Error(`An access step emits ${type}, but no sink is open yet`);
};

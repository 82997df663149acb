import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Principal } from '../../common/auth/principal';
import { DeclarationsModule } from '../../platform/discovery/declarations.module';
import { CompletionContext } from '../pipeline/completion-context';
import type { StepEvent } from '../pipeline/completion-event';
import { CompletionStep, type Emit } from '../pipeline/completion-step';
import { ReplySinkFactory } from '../pipeline/reply-sink';
import { PipelineService } from './pipeline.service';

const status: StepEvent = { type: 'message', event: { type: 'status', data: { description: 'searching' } } };

@Injectable()
@CompletionStep({ order: 30 })
class LastStep implements CompletionStep {
  apply(context: CompletionContext): void {
    context.body = { ...context.body, order: [...(context.body.order as string[]), 'last'] };
  }
}

@Injectable()
@CompletionStep({ order: 20 })
class SearchStep implements CompletionStep {
  apply(context: CompletionContext, emit: Emit): void {
    emit(status);
    context.body = { ...context.body, order: ['search'] };
  }
}

@Injectable()
@CompletionStep({ order: 99, phase: 'access' })
class CheckStep implements CompletionStep {
  apply({ request }: CompletionContext, emit: Emit): void {
    if (request.modelId === 'refused') throw new Error('refused');
    if (request.modelId === 'emits') emit(status);
  }
}

@Injectable()
@ReplySinkFactory({ order: 1 })
class TaskSink implements ReplySinkFactory {
  open = (_: CompletionContext, taskId?: string) =>
    taskId === undefined ? undefined : { write: () => undefined, end: () => undefined };
}

/** A module that knows nothing of completions. */
@Module({ providers: [LastStep, SearchStep, CheckStep, TaskSink] })
class OtherModule {}

async function started() {
  const module = await Test.createTestingModule({
    imports: [DeclarationsModule, OtherModule],
    providers: [PipelineService],
  }).compile();
  await module.init();
  return module.get(PipelineService);
}

function contextFor(modelId: string): CompletionContext {
  const target = { kind: 'browser' as const, model: {}, sessionId: 's' };
  return new CompletionContext({ principal: {} as Principal, request: { modelId, body: {} }, target });
}

describe('PipelineService', () => {
  const { signal } = new AbortController();

  it('runs the steps of other modules in the order that they ask for, and emits at once', async () => {
    const pipeline = await started();
    const context = contextFor('m');
    const seen: unknown[] = [];
    await pipeline.prepare(context, (event) => seen.push([event, context.body.order]), signal);
    expect(context.body.order).toEqual(['search', 'last']);
    expect(seen).toEqual([[status, undefined]]);
  });

  it('runs access steps apart from the others: what they refuse has begun nothing', async () => {
    const pipeline = await started();
    const context = contextFor('m');
    await pipeline.admit(context);
    expect(context.body.order).toBeUndefined();
    await expect(pipeline.admit(contextFor('refused'))).rejects.toThrow('refused');
    await expect(pipeline.admit(contextFor('emits'))).rejects.toThrow(/no sink is open/);
  });

  it('runs no further step once the reply is stopped', async () => {
    const pipeline = await started();
    const stop = new AbortController();
    const context = contextFor('m');
    const preparing = pipeline.prepare(context, () => stop.abort(new Error('stopped')), stop.signal);
    await expect(preparing).rejects.toThrow('stopped');
    expect(context.body.order).toEqual(['search']);
  });

  it('opens the sinks that want a reply', async () => {
    const pipeline = await started();
    expect([pipeline.openSinks(contextFor('m')), pipeline.openSinks(contextFor('m'), 'task')]).toMatchObject([
      [],
      [{}],
    ]);
  });
});

import { Injectable } from '@nestjs/common';
import type { CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep, type Emit } from '../../pipeline/completion-step';
import { AttachmentsService } from '../../retrieval/chat/attachments.service';
import { ChatContextService } from '../../retrieval/chat/chat-context.service';
import { QueryGenerationService } from './query-generation.service';

/** Searches what is attached: files, knowledge bases, pages, results of a web search. */
@Injectable()
@CompletionStep({ order: 70 })
export class AttachmentsStep implements CompletionStep {
  constructor(
    private readonly queries: QueryGenerationService,
    private readonly attachments: AttachmentsService,
    private readonly chatContext: ChatContextService,
  ) {}

  async apply(context: CompletionContext, emit: Emit, signal: AbortSignal): Promise<void> {
    const { principal, files: items } = context;
    if (items.length === 0) return;
    const generated = items.every(({ context: extent }) => extent === 'full')
      ? undefined
      : await this.queriesOf(context, emit, signal);
    const queries = generated?.length ? generated : [context.question];
    const sources = await this.attachments.collect({ principal, items, queries, signal });
    context.sources = [...context.sources, ...sources];
    const count = this.chatContext.countOf(sources);
    emit({
      type: 'message',
      event: { type: 'status', data: { action: 'sources_retrieved', count, done: true } },
    });
  }

  /** Undefined for a reply that is made without a model. */
  private async queriesOf(context: CompletionContext, emit: Emit, signal: AbortSignal): Promise<string[] | undefined> {
    if (isBuiltin(context)) return undefined;
    const generated = context.queries ?? (await this.queries.generate(context, 'retrieval', signal)) ?? [];
    const queries = generated.filter((query) => query !== '');
    const data = { action: 'queries_generated', queries, done: false };
    emit({ type: 'message', event: { type: 'status', data } });
    return queries;
  }
}

const isBuiltin = ({ target }: CompletionContext): boolean =>
  target.kind === 'provider' && target.model.provider.builtin === true;

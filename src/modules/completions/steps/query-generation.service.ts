import { Injectable, Logger } from '@nestjs/common';
import type { CompletionContext } from '../../pipeline/completion-context';
import { queriesIn } from '../background/reply-json';
import { TaskModelService } from '../background/task-model.service';
import { TaskSettings } from '../background/task.settings';
import { TASKS } from '../background/tasks';

export type QueryPurpose = 'web_search' | 'retrieval';

/** More are not searched for. */
const MAX_QUERIES = 10;

/** Makes search queries of a conversation. */
@Injectable()
export class QueryGenerationService {
  private readonly logger = new Logger(QueryGenerationService.name);

  constructor(
    private readonly model: TaskModelService,
    private readonly settings: TaskSettings,
  ) {}

  /** Undefined when none could be generated: switched off, no model, or its failure, which is logged. */
  async generate(
    context: CompletionContext,
    purpose: QueryPurpose,
    signal: AbortSignal,
  ): Promise<string[] | undefined> {
    const { enable_search_query_generation: forWeb, enable_retrieval_query_generation: forDocuments } = this.settings;
    if (!(purpose === 'web_search' ? forWeb : forDocuments)) return undefined;
    try {
      const reply = await this.model.ask(context, TASKS.queries, { messages: context.messages }, signal);
      return reply === null ? undefined : queriesIn(reply).slice(0, MAX_QUERIES);
    } catch (error) {
      signal.throwIfAborted();
      this.logger.warn(`Search queries could not be generated: ${String(error)}`);
      return undefined;
    }
  }
}

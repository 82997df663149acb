import { Injectable, Logger } from '@nestjs/common';
import type { JsonObject } from '../../../common/util/json';
import { PermissionsService } from '../../groups/permissions/permissions.service';
import type { CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep, type Emit } from '../../pipeline/completion-step';
import { WebRequestsService } from '../../retrieval/api/process/web-requests.service';
import type { WebSearchResponse } from '../../retrieval/api/process/process.dto';
import { WebSearchSettings } from '../../retrieval/web/web-search.settings';
import { TaskSettings } from '../background/task.settings';
import { QueryGenerationService } from './query-generation.service';

/** Searches the web when the client asks for it; what is found joins the attachments. A failure is shown, and no more. */
@Injectable()
@CompletionStep({ order: 60 })
export class WebSearchStep implements CompletionStep {
  private readonly logger = new Logger(WebSearchStep.name);

  constructor(
    private readonly permissions: PermissionsService,
    private readonly webSettings: WebSearchSettings,
    private readonly queries: QueryGenerationService,
    private readonly web: WebRequestsService,
    private readonly settings: TaskSettings,
  ) {}

  async apply(context: CompletionContext, emit: Emit, signal: AbortSignal): Promise<void> {
    if (!context.features.web_search || !(await this.isAllowed(context))) return;
    const show = (data: JsonObject) => emit({ type: 'message', event: { type: 'status', data } });
    show({ action: 'web_search', description: 'Searching the web', done: false });
    const queries = await this.queriesOf(context, signal);
    if (queries.length === 0)
      return show({ action: 'web_search', description: 'No search query generated', done: true });
    show({ action: 'web_search_queries_generated', queries, done: false });
    try {
      const found = await this.web.search(context.principal, { queries }, signal);
      context.files = [...context.files, toAttachment(found, queries)];
      const { filenames: urls, items } = found;
      show({ action: 'web_search', description: 'Searched {{count}} sites', urls, items, done: true });
    } catch (error) {
      signal.throwIfAborted();
      this.logger.warn(`Web search failed: ${String(error)}`);
      const description = 'An error occurred while searching the web';
      show({ action: 'web_search', description, queries, done: true, error: true });
    }
  }

  /** The last message is searched for when no query could be generated. */
  private async queriesOf(context: CompletionContext, signal: AbortSignal): Promise<string[]> {
    const generated = await this.queries.generate(context, 'web_search', signal);
    if (generated && this.settings.keeps_queries) context.queries = generated;
    const isBlank = generated?.length === 1 && generated[0] === '';
    return generated && !isBlank ? generated : [context.question].filter((question) => question.trim() !== '');
  }

  private async isAllowed({ principal }: CompletionContext): Promise<boolean> {
    return this.webSettings.enable_web_search && (await this.permissions.has(principal, 'features.web_search'));
  }
}

/** The collection of the pages, or their texts where nothing is indexed. */
function toAttachment(found: WebSearchResponse, queries: readonly string[]): JsonObject {
  const { collection_names: names, docs, filenames: urls } = found;
  const content = names ? { collection_name: names[0] } : { docs };
  return { ...content, name: queries.join(', '), type: 'web_search', urls, queries };
}

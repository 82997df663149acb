import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../../../common/util/json';
import { FoldersService } from '../../folders/folders.service';
import type { CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep, type Emit } from '../../pipeline/completion-step';
import { MAX_PAGES } from '../../retrieval/chat/attachments.service';
import { MAX_ATTACHMENTS } from './12-attachment-limits.step';

/** What is attached, as tools and the search get it: folders are replaced by their files, and repeated items left out. */
@Injectable()
@CompletionStep({ order: 63 })
export class FilesStep implements CompletionStep {
  constructor(private readonly folders: FoldersService) {}

  async apply(context: CompletionContext, emit: Emit): Promise<void> {
    const items = await this.expanded(context);
    const some = items.slice(0, MAX_ATTACHMENTS);
    const pages = new Set(some.filter(({ type }) => type === 'url').slice(0, MAX_PAGES));
    context.files = some.filter((item) => item.type !== 'url' || pages.has(item));
    const report = (description: string) =>
      emit({ type: 'message', event: { type: 'status', data: { description, done: true } } });
    if (items.length > some.length) report(`Only the first ${MAX_ATTACHMENTS} attachments are used`);
    if (some.length > context.files.length) report(`Only the first ${MAX_PAGES} web pages are used`);
  }

  /** All items, or some more than the limit. */
  private async expanded({ principal, files }: CompletionContext): Promise<JsonObject[]> {
    const byText = new Map<string, JsonObject>();
    for (const item of files) {
      const parts = item.type === 'folder' ? await this.filesOf(principal.id, item) : [item];
      for (const part of parts) byText.set(sortedJson(part), part);
      if (byText.size > MAX_ATTACHMENTS) break;
    }
    return [...byText.values()];
  }

  private async filesOf(userId: string, { id }: JsonObject): Promise<JsonObject[]> {
    return typeof id === 'string' ? (await this.folders.contextOf(userId, id)).files : [];
  }
}

/** JSON with sorted keys: the same for items that differ in their order only. */
function sortedJson(item: JsonObject): string {
  return JSON.stringify(item, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

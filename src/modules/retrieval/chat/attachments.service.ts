import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import type { JsonObject } from '../../../common/util/json';
import { DeclarationsService } from '../../../platform/discovery/declarations.service';
import type { CitedSource } from '../../providers/chat-provider';
import type { DocumentScope } from '../index/document-scope';
import { CollectionsService } from '../ingest/collections.service';
import { SearchSettings } from '../search/search.settings';
import { WebPagesService } from '../web/web-pages.service';
import { planAttachment, type AttachmentPlan } from './attachment-plan';
import { AttachmentSource, type AttachedText } from './attachment.source';
import { PassagesService, TextBudget, type FoundTexts } from './passages.service';

/** Attachments that are searched or loaded at once. */
const CONCURRENCY = 8;
/** Pages that are fetched for one request. */
export const MAX_PAGES = 20;

export interface AttachmentRequest {
  principal: Principal;
  /** As clients attach them to a chat. */
  items: readonly JsonObject[];
  queries: readonly string[];
  signal: AbortSignal;
}

interface Planned {
  item: JsonObject;
  plan: AttachmentPlan;
}

/** A request with what its items share. */
interface Collecting extends AttachmentRequest {
  scopes: ReadonlyMap<string, DocumentScope>;
  budget: TextBudget;
}

/**
 * What the attachments of a chat contribute to a reply. Items come from clients: each is checked for the principal, and
 * one that is missing, unreadable or fails gives nothing.
 */
@Injectable()
export class AttachmentsService implements OnApplicationBootstrap {
  private readonly logger = new Logger(AttachmentsService.name);
  private readonly sources = new Map<string, AttachmentSource>();

  constructor(
    private readonly collections: CollectionsService,
    private readonly passages: PassagesService,
    private readonly pages: WebPagesService,
    private readonly settings: SearchSettings,
    private readonly declarations: DeclarationsService,
  ) {}

  onApplicationBootstrap(): void {
    for (const { instance } of this.declarations.providers(AttachmentSource)) {
      const source = instance as AttachmentSource;
      this.sources.set(source.type, source);
    }
  }

  /** In the order of the items. A collection that several items name counts for the first of them. */
  async collect(request: AttachmentRequest): Promise<CitedSource[]> {
    const isBypassed = this.settings.bypass_embedding_and_retrieval;
    const planned = withoutSurplus(
      request.items.flatMap((item): Planned[] => {
        const plan = planAttachment(item, { isBypassed });
        return plan ? [{ item, plan }] : [];
      }),
    );
    const names = planned.flatMap(({ plan }) => namesIn(plan));
    const scopes = names.length === 0 ? new Map() : await this.collections.resolve(request.principal, names, 'read');
    const collecting = { ...request, scopes, budget: new TextBudget() };
    const found: CitedSource[] = [];
    for (let start = 0; start < planned.length; start += CONCURRENCY) {
      const some = planned.slice(start, start + CONCURRENCY);
      const sources = await Promise.all(some.map((next) => this.sourceOf(next, collecting)));
      found.push(...sources.filter((source) => source !== null));
    }
    return found;
  }

  private async sourceOf({ item, plan }: Planned, request: Collecting): Promise<CitedSource | null> {
    try {
      const { texts, distances } = await this.textsOf(item, plan, request);
      if (texts.length === 0) return null;
      const { data: _, ...source } = item;
      const [document, metadata] = [texts.map(({ text }) => text), texts.map((text) => text.metadata)];
      return { source, document, metadata, ...(distances && { distances }) };
    } catch (error) {
      request.signal.throwIfAborted();
      this.logger.warn(`An attachment of type ${String(item.type).slice(0, 40)} gave nothing: ${String(error)}`);
      return null;
    }
  }

  private async textsOf(
    item: JsonObject,
    plan: AttachmentPlan,
    { principal, items, queries, signal, scopes, budget }: Collecting,
  ): Promise<FoundTexts> {
    switch (plan.kind) {
      case 'inline':
        return { texts: plan.texts };
      case 'row':
        return { texts: listOf(await this.sources.get(plan.type)?.load(principal, item), budget) };
      case 'page':
        return { texts: [await this.pageOf(plan.url, principal, signal)] };
      case 'file':
        return { texts: await this.passages.wholeFiles(principal, [plan.id], budget) };
      case 'files':
        return { texts: await this.passages.wholeFiles(principal, fileIdsIn(scopesOf(plan.names, scopes)), budget) };
      case 'search': {
        const scope = union(principal.id, scopesOf(plan.names, scopes));
        const isFull = this.settings.full_context || items.every(({ context }) => context === 'full');
        return isFull
          ? { texts: await this.passages.all(scope, budget, signal) }
          : this.passages.best(scope, queries, { principal, signal });
      }
    }
  }

  private async pageOf(url: string, { id }: Principal, signal: AbortSignal): Promise<AttachedText> {
    const { content } = await this.pages.fetchPage(url, signal, id);
    return { text: content, metadata: { url, name: url, source: url } };
  }
}

function listOf(found: AttachedText | null | undefined, budget: TextBudget): AttachedText[] {
  return found && !budget.isSpent ? [{ ...found, text: budget.take(found.text) }] : [];
}

const namesIn = (plan: AttachmentPlan): string[] => ('names' in plan ? plan.names : []);

/** Each collection once, and no more pages than one request may have fetched. */
function withoutSurplus(planned: readonly Planned[]): Planned[] {
  const known = new Set<string>();
  let pages = 0;
  return planned.flatMap(({ item, plan }): Planned[] => {
    if (plan.kind === 'page' && ++pages > MAX_PAGES) return [];
    if (plan.kind !== 'search') return [{ item, plan }];
    const names = plan.names.filter((name) => !known.has(name));
    names.forEach((name) => known.add(name));
    return names.length === 0 ? [] : [{ item, plan: { ...plan, names } }];
  });
}

const scopesOf = (names: readonly string[], scopes: ReadonlyMap<string, DocumentScope>): DocumentScope[] =>
  names.flatMap((name) => scopes.get(name) ?? []);

const fileIdsIn = (scopes: readonly DocumentScope[]): string[] => [
  ...new Set(scopes.flatMap(({ fileIds = [] }) => fileIds)),
];

const union = (ownerId: string, scopes: readonly DocumentScope[]): DocumentScope => ({
  fileIds: fileIdsIn(scopes),
  collections: { ownerId, names: scopes.flatMap(({ collections }) => collections?.names ?? []) },
});

import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../../common/auth/principal';
import { BadRequestError } from '../../../../common/errors/app-error';
import { errorDetail } from '../../../../common/errors/details';
import { pageCollectionName, searchCollectionName } from '../../ingest/collection-name';
import { CollectionWriterService, type CollectionText } from '../../ingest/collection-writer.service';
import { CollectionsService } from '../../ingest/collections.service';
import { EmptyContentError, IngestDetail } from '../../ingest/ingest.errors';
import { WebPagesService } from '../../web/web-pages.service';
import { WebSearchService } from '../../web/web-search.service';
import { WebSearchSettings } from '../../web/web-search.settings';
import { PageUnavailableError } from '../../web/web.errors';
import type { WebDocument } from '../../web/web.types';
import type { ProcessUrlRequest, ProcessUrlResponse, WebSearchRequest, WebSearchResponse } from './process.dto';

/** Pages and searches of the web, as collections of the account that asks. */
@Injectable()
export class WebRequestsService {
  constructor(
    private readonly pages: WebPagesService,
    private readonly webSearch: WebSearchService,
    private readonly collections: CollectionsService,
    private readonly writer: CollectionWriterService,
    private readonly settings: WebSearchSettings,
  ) {}

  /** A page or the transcript of a video. @throws BadRequestError for a URL that must not be fetched, and without text */
  async processUrl(
    principal: Principal,
    { url, collection_name }: ProcessUrlRequest,
    client: AbortSignal,
  ): Promise<ProcessUrlResponse> {
    const collection = this.collections.ownName(principal, collection_name || pageCollectionName(url));
    const isIndexed = !this.settings.bypass_web_search_embedding_and_retrieval;
    const { content, metadata } = await this.fetchPage(url, principal, isIndexed, client);
    const isWritten = !isIndexed || (await this.index(principal, collection, [{ text: content, metadata }], client));
    if (!isWritten) throw new BadRequestError(errorDetail(IngestDetail.empty));
    return {
      status: true,
      collection_name: isIndexed ? collection : null,
      filename: url,
      file: { data: { content }, meta: { name: url, source: url } },
    };
  }

  async search(principal: Principal, { queries }: WebSearchRequest, client: AbortSignal): Promise<WebSearchResponse> {
    const found = await this.webSearch.collect(queries, { principal, signal: client });
    const shown = { filenames: found.urls, items: found.items, loaded_count: found.documents.length };
    if (this.settings.bypass_web_search_embedding_and_retrieval) {
      const docs = found.documents.map(({ content, metadata }) => ({ content, metadata }));
      return { status: true, collection_name: null, ...shown, docs };
    }
    const collection = searchCollectionName(queries);
    const texts = found.documents.map(({ content, metadata }) => ({ text: content, metadata }));
    await this.index(principal, collection, texts, client);
    return { status: true, collection_names: [collection], ...shown };
  }

  /** Where nothing is indexed, a page that cannot be read is an empty one (contract). */
  private async fetchPage(
    url: string,
    principal: Principal,
    isIndexed: boolean,
    client: AbortSignal,
  ): Promise<WebDocument> {
    try {
      return await this.pages.fetchPage(url, client, principal.id);
    } catch (error) {
      if (isIndexed || !(error instanceof PageUnavailableError)) throw error;
      return { url, content: '', metadata: { source: url } };
    }
  }

  /** @returns false for pages without text, which leave the collection as it was */
  private async index(
    principal: Principal,
    collection: string,
    texts: readonly CollectionText[],
    client: AbortSignal,
  ): Promise<boolean> {
    try {
      await this.writer.replace(principal, collection, texts, client);
      return true;
    } catch (error) {
      if (error instanceof EmptyContentError) return false;
      throw error;
    }
  }
}

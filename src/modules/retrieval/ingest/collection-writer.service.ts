import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import type { JsonObject } from '../../../common/util/json';
import { nowSeconds } from '../../../common/util/time';
import { DocumentIndexService } from '../index/document-index.service';
import { SplittingService } from '../splitting/splitting.service';
import { CollectionsService } from './collections.service';
import { IngestSettings } from './ingest.settings';
import { nonEmpty } from './chunk-streams';

/** A text without a file: posted by a client, or of a web page. */
export interface CollectionText {
  text: string;
  metadata: JsonObject;
}

const DAY = 86_400;

/** Indexes texts without a file in the collections of an account. */
@Injectable()
export class CollectionWriterService {
  constructor(
    private readonly collections: CollectionsService,
    private readonly index: DocumentIndexService,
    private readonly splitting: SplittingService,
    private readonly settings: IngestSettings,
  ) {}

  /** Does nothing when the collection exists (contract). @throws EmptyContentError; ForbiddenError as `ownName`. */
  async addText(principal: Principal, collection: string, text: CollectionText, signal: AbortSignal): Promise<void> {
    const collectionName = this.collections.ownName(principal, collection);
    const scope = await this.collections.scopeOf(principal, [collectionName], 'read');
    if (await this.index.exists(scope)) return;
    await this.write(principal, { collectionName, mode: 'add' }, [text], signal);
  }

  /** Replaces the collection, which expires after a while. @throws as `addText` */
  async replace(
    principal: Principal,
    collection: string,
    texts: readonly CollectionText[],
    signal: AbortSignal,
  ): Promise<void> {
    const collectionName = this.collections.ownName(principal, collection);
    const { web_collection_ttl_days: days } = this.settings;
    const expiry = days === 0 ? {} : { expiresAt: nowSeconds() + days * DAY };
    await this.write(principal, { collectionName, mode: 'overwrite', ...expiry }, texts, signal);
  }

  private async write(
    principal: Principal,
    target: { collectionName: string; mode: 'add' | 'overwrite'; expiresAt?: number },
    texts: readonly CollectionText[],
    signal: AbortSignal,
  ): Promise<void> {
    const digest = createHash('sha256');
    for (const { text } of texts) digest.update(text);
    const head = { name: nameOf(texts, target.collectionName), hash: digest.digest('hex'), metadata: {} };
    const options = { signal, principal };
    // All texts are one document, so that a collection is replaced at once.
    const chunks = nonEmpty(this.splitting.split(texts, signal));
    await this.index.write({ ownerId: principal.id, ...target }, head, chunks, options);
  }
}

function nameOf([first]: readonly CollectionText[], fallback: string): string {
  const { name, title, source } = first?.metadata ?? {};
  return [name, title, source].find((value) => typeof value === 'string') ?? fallback;
}

import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../../common/auth/principal';
import { textCollectionName } from '../../ingest/collection-name';
import { CollectionWriterService } from '../../ingest/collection-writer.service';
import type { ProcessTextRequest, ProcessTextResponse } from './process.dto';

/** Texts that clients post. */
@Injectable()
export class TextsService {
  constructor(private readonly writer: CollectionWriterService) {}

  /** @throws BadRequestError for a blank text */
  async processText(
    principal: Principal,
    { name, content, collection_name }: ProcessTextRequest,
    client: AbortSignal,
  ): Promise<ProcessTextResponse> {
    const collection = collection_name || textCollectionName(content);
    const metadata = { name, created_by: principal.id };
    await this.writer.addText(principal, collection, { text: content, metadata }, client);
    return { status: true, collection_name: collection, content };
  }
}

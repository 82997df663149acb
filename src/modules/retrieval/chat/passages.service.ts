import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { FileContentsService } from '../../files/file-contents.service';
import { FilesService } from '../../files/files.service';
import { DocumentIndexService } from '../index/document-index.service';
import type { DocumentScope } from '../index/document-scope';
import { SearchService } from '../search/search.service';
import type { AttachedText } from './attachment.source';

/** Characters that whole texts add to a prompt at most: no model takes more, and prompts are held in memory. */
const MAX_CHARACTERS = 4_000_000;
/** Files of a base whose texts are loaded at once. */
const BATCH = 20;

/** Characters that are left for the whole texts of one request. */
export class TextBudget {
  left = MAX_CHARACTERS;

  get isSpent(): boolean {
    return this.left <= 0;
  }

  /** As much of the text as there is room for. */
  take(text: string): string {
    const taken = text.slice(0, this.left);
    this.left -= taken.length;
    return taken;
  }
}

export interface FoundTexts {
  texts: AttachedText[];
  /** Scores of the texts; absent when nothing was searched. */
  distances?: number[];
}

/** Texts out of the index and out of files, best passages or all of them. */
@Injectable()
export class PassagesService {
  constructor(
    private readonly search: SearchService,
    private readonly index: DocumentIndexService,
    private readonly files: FilesService,
    private readonly contents: FileContentsService,
  ) {}

  /** The best passages for any of the queries. The scope is authorised by its maker. */
  async best(
    scope: DocumentScope,
    queries: readonly string[],
    options: { principal: Principal; signal: AbortSignal },
  ): Promise<FoundTexts> {
    const hits = await this.search.search(scope, queries, options);
    return { texts: hits, distances: hits.map(({ score }) => score) };
  }

  /** Every passage, document by document, within the budget. The scope is authorised by its maker. */
  async all(scope: DocumentScope, budget: TextBudget, signal: AbortSignal): Promise<AttachedText[]> {
    const texts: AttachedText[] = [];
    if (budget.isSpent) return texts;
    for await (const { text, metadata } of this.index.chunksOf(scope)) {
      signal.throwIfAborted();
      texts.push({ text: budget.take(text), metadata });
      if (budget.isSpent) break;
    }
    return texts;
  }

  /** The texts of the files that the principal may read, in this order, within the budget. */
  async wholeFiles(principal: Principal, fileIds: readonly string[], budget: TextBudget): Promise<AttachedText[]> {
    const texts: AttachedText[] = [];
    for (let start = 0; start < fileIds.length && !budget.isSpent; start += BATCH) {
      const files = await this.files.findAllFor(principal, 'read', fileIds.slice(start, start + BATCH));
      const contents = await this.contents.startOf(
        files.map(({ id }) => id),
        Math.ceil(budget.left / files.length),
      );
      for (const { id, filename } of files) {
        const text = budget.take(contents.get(id) ?? '');
        if (text !== '') texts.push({ text, metadata: { file_id: id, name: filename, source: filename } });
      }
    }
    return texts;
  }
}

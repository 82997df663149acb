import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { NotFoundError } from '../../common/errors/app-error';
import { StreamAnswer } from '../../common/http/answers/stream-answer';
import { joinedPieces, jsonPieces, AsyncItems } from '../../common/json/json-pieces';
import {
  toFileSummaryResponse,
  toStoredFileResponse,
  type FileSummaryResponse,
  type ListFilesQuery,
  type SearchFilesQuery,
} from './files.dto';
import { FilesErrors } from './files.errors';
import { FilesRepository } from './files.repository';
import { FilesService } from './files.service';
import type { StoredFile } from './files.types';
import { NamePattern } from './name-pattern';

/** Files whose texts are in memory at the same time. */
const BATCH = 10;
/** Levels of a value of JSON that are written out key by key: the list, a file, its `data`. */
const DEPTH = 3;

/** Files with their texts, which are streamed: a text may have hundreds of megabytes. */
@Injectable()
export class FileListsService {
  constructor(
    private readonly files: FilesRepository,
    private readonly access: FilesService,
  ) {}

  /** Own files, of all users for administrators; newest first. */
  async list(principal: Principal, query: ListFilesQuery): Promise<StreamAnswer> {
    const { skip, limit } = query;
    return this.answer(await this.files.list(scopeOf(principal), { skip, limit }), query.content);
  }

  /** @throws NotFoundError when no name matches. */
  async search(principal: Principal, { filename, content, skip = 0, limit }: SearchFilesQuery): Promise<StreamAnswer> {
    const pattern = new NamePattern(filename);
    const candidates = await this.files.list(scopeOf(principal), { like: pattern.like });
    const found = candidates.filter((file) => pattern.matches(file.filename));
    if (found.length === 0) throw new NotFoundError(FilesErrors.noMatch);
    return this.answer(found.slice(skip, limit === undefined ? undefined : skip + limit), content);
  }

  /** @throws NotFoundError */
  async get(principal: Principal, id: string): Promise<StreamAnswer> {
    const file = await this.access.getFor(principal, 'read', id);
    return jsonAnswer(toStoredFileResponse(file, (await this.files.findTexts([id])).get(id)));
  }

  private answer(files: readonly StoredFile[], hasTexts = true): StreamAnswer {
    return jsonAnswer(
      hasTexts ? new AsyncItems(this.withTexts(files)) : files.map((file) => toFileSummaryResponse(file)),
    );
  }

  private async *withTexts(files: readonly StoredFile[]): AsyncGenerator<FileSummaryResponse> {
    for (let start = 0; start < files.length; start += BATCH) {
      const batch = files.slice(start, start + BATCH);
      const texts = await this.files.findTexts(batch.map(({ id }) => id));
      for (const file of batch) yield toFileSummaryResponse(file, texts.get(file.id));
    }
  }
}

const scopeOf = (principal: Principal): string | null => (isAdmin(principal) ? null : principal.id);

/** When the source fails the connection is closed, so that no client takes a part for the whole. */
export const jsonAnswer = (value: unknown): StreamAnswer =>
  new StreamAnswer(joinedPieces(jsonPieces(value, DEPTH)), { type: 'application/json' });

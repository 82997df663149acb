import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { AppError, BadRequestError } from '../../common/errors/app-error';
import { toErrorText } from '../../common/errors/to-error-answer';
import type { AnswerStream } from '../../common/http/answer-stream';
import { jsonList, type JsonText } from '../../common/http/json-list';
import { Transaction } from '../../platform/database/transaction';
import { FoldersService } from '../folders/folders.service';
import type { ImportChatRequest } from './chat-imports.dto';
import { ChatImportsRepository } from './chat-imports.repository';
import { ChatRecordsService } from './chat-records.service';
import { ChatTagsService, tagIdsIn } from './chat-tags.service';

/** Failures that a header can tell. */
const MAX_TOLD = 20;

export interface Imported {
  id: string;
  /** False when the same had been imported before. */
  isNew: boolean;
}

/** Chats from elsewhere, each in a transaction of its own: one that cannot be imported does not stop the others. */
@Injectable()
export class ChatImportsService {
  constructor(
    private readonly imports: ChatImportsRepository,
    private readonly records: ChatRecordsService,
    private readonly tags: ChatTagsService,
    private readonly folders: FoldersService,
    private readonly transaction: Transaction,
  ) {}

  /**
   * The chats in the order of the list, with what could not be imported in the header `X-Import-Failures`.
   * @throws BadRequestError when nothing could be imported.
   */
  async importAll(caller: Principal, items: ImportChatRequest[], accept?: string): Promise<AnswerStream> {
    const ids: string[] = [];
    const failures: { index: number; detail: string }[] = [];
    for (const [index, item] of items.entries())
      await this.import(caller, item).then(
        ({ id }) => ids.push(id),
        (error: unknown) => failures.push({ index, detail: refusalText(error) }),
      );
    if (ids.length === 0 && failures.length > 0) throw new BadRequestError();
    return jsonList(this.load(ids), accept, headersFor(failures));
  }

  /**
   * Always under a new id, unless the caller has a chat that came from the same content: then it is that one, as it is
   * now. @throws BadRequestError
   */
  async import(caller: Principal, item: ImportChatRequest): Promise<Imported> {
    if (item.meta === null) throw new BadRequestError();
    const hash = digestOf(item);
    return this.transaction.run(async () => {
      await this.imports.lock(caller.id, hash);
      const known = await this.imports.findChatId(caller.id, hash);
      if (known !== null) return { id: known, isNew: false };
      const id = await this.create(caller, item);
      await this.imports.insert({ userId: caller.id, hash, chatId: id });
      return { id, isNew: true };
    });
  }

  private async create(caller: Principal, item: ImportChatRequest): Promise<string> {
    const meta = item.meta ?? {};
    const columns = { meta, pinned: item.pinned ?? false, folderId: await this.folderOf(caller, item) };
    const { id } = await this.records.add(caller.id, item.chat, { ...columns, ...timesOf(item) });
    await this.tags.ensure(caller.id, tagIdsIn(meta));
    return id;
  }

  /** None for one that is not the caller's: exports of other systems and people name theirs. */
  private async folderOf(caller: Principal, { folder_id: id }: ImportChatRequest): Promise<string | null> {
    return id && (await this.folders.isOwned(caller.id, id)) ? id : null;
  }

  private async *load(ids: readonly string[]): AsyncGenerator<JsonText> {
    for (const id of ids) yield [JSON.stringify(await this.records.getAny(id))];
  }
}

const timesOf = ({ created_at, updated_at }: ImportChatRequest) => ({
  ...(created_at && { createdAt: created_at }),
  ...(updated_at && { updatedAt: updated_at }),
});

/** Of what makes the content: the client's object, and when the chat was begun. */
const digestOf = ({ chat, created_at }: ImportChatRequest): string =>
  createHash('sha256')
    .update(JSON.stringify([chat, created_at ?? 0]))
    .digest('base64url');

/** @throws the error itself when nobody foresaw it. */
export function refusalText(error: unknown): string {
  if (error instanceof AppError) return toErrorText(error);
  throw error;
}

const headersFor = (failures: object[]): Record<string, string> =>
  failures.length === 0 ? {} : { 'X-Import-Failures': JSON.stringify(failures.slice(0, MAX_TOLD)) };

import { Injectable } from '@nestjs/common';
import { ownedBy } from '../../common/auth/owned-by';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { BadRequestError, NotFoundError } from '../../common/errors/app-error';
import { jsonList, type JsonText } from '../../common/http/answers/json-list';
import type { StreamAnswer } from '../../common/http/answers/stream-answer';
import { pageWindow } from '../../common/paging/page';
import { asString, type JsonObject } from '../../common/util/json';
import { batches } from '../../common/util/size-batches';
import { nowSeconds } from '../../common/util/time';
import { timeOrderedId } from '../../common/util/time-ordered-id';
import { assertJsonLength } from '../../common/validation/json-length';
import { Transaction } from '../../platform/database/transaction';
import { ChatsService } from '../chats/chats.service';
import { toDataColumns, toStoredSnapshot } from './feedback-data';
import type { Feedback, FeedbackBrief } from './feedback.entity';
import {
  toFeedbackBriefResponse,
  toFeedbackResponse,
  toFeedbackUserResponse,
  type FeedbackListQuery,
  type FeedbackListResponse,
  type FeedbackRequest,
  type FeedbackResponse,
  type FeedbackSnapshot,
  type FeedbackUserResponse,
} from './feedbacks.dto';
import { FeedbacksRepository, type ExportedFeedback } from './feedbacks.repository';

const PAGE_SIZE = 30;
/** Ratings without snapshots that are loaded at once. */
const BATCH = 500;
/** Characters of a snapshot as JSON. */
const MAX_SNAPSHOT = 16_000_000;
/** Id of a chat that is not stored; temporary ones have a suffix. */
const LOCAL = /^local(:|$)/;

/** Ratings of replies. A rating belongs to the user who gave it; administrators may read and change all. */
@Injectable()
export class FeedbacksService {
  constructor(
    private readonly feedbacks: FeedbacksRepository,
    private readonly chats: ChatsService,
    private readonly transaction: Transaction,
  ) {}

  /** One page of all ratings, with their accounts. */
  async search({ order_by, direction, page }: FeedbackListQuery): Promise<FeedbackListResponse> {
    const [items, total] = await this.feedbacks.search({
      orderBy: order_by,
      isAscending: direction === 'asc',
      window: pageWindow(page ?? 1, PAGE_SIZE),
    });
    return { items: items.map((item) => toFeedbackUserResponse(item, item.author)), total };
  }

  async listOwn({ id }: Principal): Promise<FeedbackUserResponse[]> {
    return (await this.feedbacks.findOf(id)).map((feedback) => toFeedbackUserResponse(feedback));
  }

  /** All ratings without snapshots, last changed first. */
  async listAll(accept?: string): Promise<StreamAnswer> {
    return jsonList(this.loadBriefs(await this.feedbacks.findAllIds()), accept);
  }

  /** All ratings with snapshots, last changed first. */
  async exportAll(accept?: string): Promise<StreamAnswer> {
    return jsonList(this.loadExported(await this.feedbacks.findAllIds()), accept);
  }

  /** @throws BadRequestError for a chat that is not the principal's; PayloadTooLargeError. */
  async create(principal: Principal, request: FeedbackRequest): Promise<FeedbackResponse> {
    const { type, data, meta = null, snapshot } = request;
    const id = timeOrderedId();
    const now = nowSeconds();
    const feedback: Feedback = {
      ...{ id, userId: principal.id, version: 0, type },
      ...(data ? toDataColumns(data) : { data: null, modelId: null, rating: null }),
      meta,
      snapshot: snapshot ? boundedSnapshot(snapshot) : null,
      ...{ createdAt: now, updatedAt: now },
    };
    await this.assertOwnChat(principal.id, meta);
    await this.feedbacks.insert(feedback);
    return toFeedbackResponse(feedback);
  }

  /** @throws NotFoundError also for another user's rating. */
  async get(principal: Principal, id: string): Promise<FeedbackResponse> {
    return toFeedbackResponse(owned(principal, await this.feedbacks.find(id)));
  }

  /** Replaces `data`, `meta` and `snapshot` where they are present; the type does not change. @throws as `create`. */
  async update(principal: Principal, id: string, request: FeedbackRequest): Promise<FeedbackResponse> {
    const { data, meta, snapshot } = request;
    const change: Partial<Feedback> = {
      ...(data && toDataColumns(data)),
      ...(meta && { meta }),
      ...(snapshot && { snapshot: boundedSnapshot(snapshot) }),
      updatedAt: nowSeconds(),
    };
    await this.transaction.run(async () => {
      const stored = owned(principal, await this.feedbacks.lock(id));
      if (meta?.chat_id !== stored.meta?.chat_id) await this.assertOwnChat(stored.userId, meta);
      await this.feedbacks.update(id, change);
    });
    return this.get(principal, id);
  }

  /** @throws NotFoundError also for another user's rating. */
  delete(principal: Principal, id: string): Promise<boolean> {
    return this.transaction.run(async () => {
      owned(principal, await this.feedbacks.lock(id));
      await this.feedbacks.delete(id);
      return true;
    });
  }

  /** False when there were none. */
  async deleteOwn({ id }: Principal): Promise<boolean> {
    return (await this.feedbacks.deleteAll(id)) > 0;
  }

  /** False when there were none. */
  async deleteAll(): Promise<boolean> {
    return (await this.feedbacks.deleteAll()) > 0;
  }

  private async *loadBriefs(ids: readonly string[]): AsyncGenerator<JsonText> {
    for (let start = 0; start < ids.length; start += BATCH)
      for (const feedback of await this.feedbacks.findBriefs(ids.slice(start, start + BATCH)))
        yield [JSON.stringify(toFeedbackBriefResponse(feedback))];
  }

  private async *loadExported(ids: readonly string[]): AsyncGenerator<JsonText> {
    for await (const batch of batches(ids, (page) => this.feedbacks.findSizes(page)))
      for (const feedback of await this.feedbacks.findExported(batch)) yield toExportedTexts(feedback);
  }

  /** Another user's chat and a missing one are refused alike. */
  private async assertOwnChat(userId: string, meta: JsonObject | null | undefined): Promise<void> {
    const chatId = asString(meta?.chat_id);
    if (!chatId || LOCAL.test(chatId)) return;
    await this.chats.getOwned({ id: userId }, chatId, { refusal: () => new BadRequestError() });
  }
}

const owned = <T extends FeedbackBrief>(principal: Principal, feedback: T | null): T =>
  ownedBy(principal, feedback, { isExempt: isAdmin(principal), refusal: () => new NotFoundError() });

function boundedSnapshot(sent: FeedbackSnapshot): JsonObject {
  const snapshot = toStoredSnapshot(sent);
  assertJsonLength(snapshot, MAX_SNAPSHOT);
  return snapshot;
}

/** The JSON of a rating; the snapshot is text already. */
function toExportedTexts({ snapshotText, ...feedback }: ExportedFeedback): string[] {
  const { created_at, updated_at, ...head } = toFeedbackBriefResponse(feedback);
  return [
    `${JSON.stringify(head).slice(0, -1)},"snapshot":`,
    snapshotText ?? 'null',
    `,${JSON.stringify({ created_at, updated_at }).slice(1)}`,
  ];
}

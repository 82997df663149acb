import { Injectable, Logger } from '@nestjs/common';
import { asString, isJsonObject } from '../../../../common/util/json';
import { ChatsService } from '../../../chats/chats.service';
import type { CompletionContext, RequestMessage } from '../../../pipeline/completion-context';
import { TaskModelService } from '../../background/task-model.service';
import { plainText } from '../../background/task-template';

/** A summary of the first turns of a conversation. */
export interface ContextSummary {
  /** The number of these turns. */
  count: number;
  text: string;
}

/** Tokens reserved for a summary, and its characters. */
export const SUMMARY_TOKENS = 800;
const MAX_SUMMARY = 4_000;
/** Characters of one message, and of all that one generation summarises. */
const MAX_MESSAGE = 8_000;
const MAX_BATCH = 60_000;
/** Generations of one summary: what is older is left out of it. */
const MAX_BATCHES = 8;

const PROMPT = `You keep the notes of a long conversation between a user and an assistant. Write a summary that the assistant can
continue from: facts, names, numbers, decisions, open questions, and what the user wants. Use the language of the
conversation. Keep what the earlier notes say unless it was corrected. At most 400 words, no introduction.`;

/** Summaries of earlier turns: made by the task model, and stored with the reply, so that its branch finds them. */
@Injectable()
export class ContextSummaryService {
  private readonly logger = new Logger(ContextSummaryService.name);

  constructor(
    private readonly chats: ChatsService,
    private readonly model: TaskModelService,
  ) {}

  /** The newest summary in the branch whose turns are still those of the request. `hashes` as of `hashesOf`. */
  async find({ place, request }: CompletionContext, hashes: readonly string[]): Promise<ContextSummary | undefined> {
    const parentId = place?.parentId ?? request.parentId;
    if (!place || parentId === undefined) return undefined;
    for (const { contextSummary: stored } of (await this.chats.branch(place.chatId, parentId)).reverse()) {
      if (!isJsonObject(stored)) continue;
      const count = hashes.indexOf(asString(stored.hash) ?? '') + 1;
      const text = asString(stored.text);
      if (count > 0 && text !== undefined) return { count, text };
    }
    return undefined;
  }

  /** Continues a summary by further turns; undefined when the task model fails, which is logged. */
  async extend(
    context: CompletionContext,
    before: string | undefined,
    turns: readonly RequestMessage[][],
    signal: AbortSignal,
  ): Promise<string | undefined> {
    let summary = before;
    try {
      for (const batch of batchesOf(turns).slice(-MAX_BATCHES)) {
        const notes = summary === undefined ? '' : `Earlier notes:\n${summary}\n\n`;
        const messages = [
          { role: 'system', content: PROMPT },
          { role: 'user', content: `${notes}Conversation:\n${batch}` },
        ];
        const text = (await this.model.respond(context, messages, 'context_summary', signal))?.trim();
        if (!text) return undefined;
        summary = text.slice(0, MAX_SUMMARY);
      }
      return summary;
    } catch (error) {
      signal.throwIfAborted();
      this.logger.warn(`A conversation could not be summarized: ${String(error)}`);
      return undefined;
    }
  }

  /** The hash is that of the last turn in the summary. */
  async store({ place }: CompletionContext, hash: string, text: string): Promise<void> {
    if (place) await this.chats.patchMessage(place.chatId, place.messageId, { contextSummary: { hash, text } });
  }
}

function batchesOf(turns: readonly RequestMessage[][]): string[] {
  const batches: string[] = [];
  let current = '';
  for (const message of turns.flat()) {
    const text = plainText(message).slice(0, MAX_MESSAGE);
    if (text === '') continue;
    if (current.length + text.length > MAX_BATCH) {
      batches.push(current);
      current = '';
    }
    current += `${String(message.role).toUpperCase()}: ${text}\n`;
  }
  return current === '' ? batches : [...batches, current];
}

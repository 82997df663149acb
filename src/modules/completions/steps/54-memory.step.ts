import { Injectable, Logger } from '@nestjs/common';
import { MemoriesService } from '../../memories/memories.service';
import { MemoriesSettings } from '../../memories/memories.settings';
import type { RecalledMemory } from '../../memories/memory.entity';
import { appendSystemText, type CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep, type Emit } from '../../pipeline/completion-step';
import { dateOf } from './prompt-variables';

/** Memories that a model is told (contract), and characters of all of them. */
const MAX_MEMORIES = 3;
const MAX_LENGTH = 12_000;

/** Tells the model the memories of the user that are nearest to the question. A failure is logged: the reply goes on. */
@Injectable()
@CompletionStep({ order: 54 })
export class MemoryStep implements CompletionStep {
  private readonly logger = new Logger(MemoryStep.name);

  constructor(
    private readonly memories: MemoriesService,
    private readonly settings: MemoriesSettings,
  ) {}

  async apply(context: CompletionContext, _: Emit, signal: AbortSignal): Promise<void> {
    if (!context.features.memory || !this.settings.enable) return;
    try {
      const found = await this.memories.recall(context.principal, context.question, MAX_MEMORIES, signal);
      if (found.length > 0) context.messages = appendSystemText(context.messages, toPrompt(found));
    } catch (error) {
      signal.throwIfAborted();
      this.logger.warn({ err: error }, 'Memories could not be searched');
    }
  }
}

function toPrompt(found: readonly RecalledMemory[]): string {
  const share = Math.floor(MAX_LENGTH / MAX_MEMORIES);
  const lines = found.map(
    ({ memory: { content, createdAt } }, index) =>
      `${index + 1}. [${dateOf(new Date(createdAt * 1000))}] ${content.slice(0, share)}\n`,
  );
  return `User Context:\n${lines.join('')}\n`;
}

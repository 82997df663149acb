import { Injectable } from '@nestjs/common';
import { BadRequestError } from '../../../common/errors/app-error';
import { withUserText, type CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep, type Emit } from '../../pipeline/completion-step';
import type { CitedSource } from '../../providers/chat-provider';
import { ChatContextService } from '../../retrieval/chat/chat-context.service';
import { knowledgeOf } from './42-knowledge.step';
import { replacePromptVariables } from './prompt-variables';

/** Puts what the steps before have found into the request, and tells clients what the reply may cite. */
@Injectable()
@CompletionStep({ order: 80 })
export class ContextStep implements CompletionStep {
  constructor(private readonly chatContext: ChatContextService) {}

  apply(context: CompletionContext, emit: Emit): void {
    const { question, sources } = context;
    context.grounding = { question, sources, hasAttachments: context.files.length > 0 };
    this.inject(context, question);
    if (knowledgeOf(context).length > 0) {
      const data = { action: 'knowledge_search', query: question, done: true, hidden: true };
      emit({ type: 'message', event: { type: 'status', data } });
    }
    const named = sources.filter(isNamed);
    if (named.length > 0) emit({ type: 'sources', sources: named });
  }

  /** @throws BadRequestError when there are passages and no question. */
  private inject(context: CompletionContext, question: string): void {
    const prompt = this.chatContext.promptOf(context.sources, question, (text) => replacePromptVariables(text, null));
    if (prompt === null) return;
    if (!context.messages.some(({ role }) => role === 'user')) throw new BadRequestError('No user message found');
    context.messages = withUserText(context.messages, prompt);
  }
}

const isNamed = ({ source: { id, name } }: CitedSource): boolean => Boolean(id) || Boolean(name);

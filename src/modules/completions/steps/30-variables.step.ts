import { Injectable } from '@nestjs/common';
import type { CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep } from '../../pipeline/completion-step';
import { PromptVariablesService } from './prompt-variables.service';

/** Fills placeholders in the system message of the request: the client's values first, then the server's. */
@Injectable()
@CompletionStep({ order: 30 })
export class VariablesStep implements CompletionStep {
  constructor(private readonly variables: PromptVariablesService) {}

  async apply(context: CompletionContext): Promise<void> {
    const { messages, principal, request } = context;
    const index = messages.findIndex(({ role }) => role === 'system');
    const message = messages[index];
    if (typeof message?.content !== 'string') return;
    const content = await this.variables.replace(message.content, principal.id, request.variables);
    context.messages = messages.with(index, { ...message, content });
  }
}

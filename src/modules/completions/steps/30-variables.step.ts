import { Injectable } from '@nestjs/common';
import type { CompletionContext } from '../completion-context';
import { PromptVariablesService } from '../prompt-variables.service';
import type { CompletionStep } from './completion-step';

/** Placeholders in the system message of the request: the client's values first, then the server's. */
@Injectable()
export class VariablesStep implements CompletionStep {
  constructor(private readonly variables: PromptVariablesService) {}

  async apply(context: CompletionContext): Promise<void> {
    const index = context.messages.findIndex(({ role }) => role === 'system');
    const message = context.messages[index];
    if (typeof message?.content !== 'string') return;
    const content = await this.variables.replace(message.content, context);
    context.body.messages = context.messages.with(index, { ...message, content });
  }
}

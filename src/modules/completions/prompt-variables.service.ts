import { Injectable } from '@nestjs/common';
import { UsersService } from '../users/users.service';
import type { CompletionContext } from './completion-context';
import { replacePromptVariables, replaceVariables } from './prompt-variables';

/** Fills the placeholders of prompts. */
@Injectable()
export class PromptVariablesService {
  constructor(private readonly users: UsersService) {}

  /** The client's variables, then those of the server; the user is read only when there is a placeholder. */
  async replace(
    text: string,
    { principal, request }: Pick<CompletionContext, 'principal' | 'request'>,
  ): Promise<string> {
    const replaced = replaceVariables(text, request.variables);
    if (!replaced.includes('{{')) return replaced;
    return replacePromptVariables(replaced, await this.users.findDescription(principal.id));
  }
}

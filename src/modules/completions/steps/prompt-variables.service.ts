import { Injectable } from '@nestjs/common';
import { UsersService } from '../../users/users.service';
import { replacePromptVariables, replaceVariables } from './prompt-variables';

/** Fills the placeholders of prompts. */
@Injectable()
export class PromptVariablesService {
  constructor(private readonly users: UsersService) {}

  /** The client's variables, then those of the server. The user is read only when a placeholder is left. */
  async replace(text: string, userId: string, variables: Readonly<Record<string, string>> = {}): Promise<string> {
    const replaced = replaceVariables(text, variables);
    if (!replaced.includes('{{')) return replaced;
    return replacePromptVariables(replaced, await this.users.findDescription(userId));
  }
}

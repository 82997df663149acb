import { Injectable } from '@nestjs/common';
import { FoldersService } from '../../folders/folders.service';
import { withSystemText, type CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep } from '../../pipeline/completion-step';
import { PromptVariablesService } from './prompt-variables.service';

/** What the folder of the chat holds for all its chats: a system prompt before the chat's own, and files before its files. */
@Injectable()
@CompletionStep({ order: 40 })
export class FolderStep implements CompletionStep {
  constructor(
    private readonly folders: FoldersService,
    private readonly variables: PromptVariablesService,
  ) {}

  async apply(context: CompletionContext): Promise<void> {
    const { folderId, principal, request } = context;
    if (folderId === null) return;
    const { systemPrompt, files } = await this.folders.contextOf(principal.id, folderId);
    if (systemPrompt) {
      const text = await this.variables.replace(systemPrompt, principal.id, request.variables);
      context.messages = withSystemText(context.messages, text);
    }
    context.files = [...files, ...context.files];
  }
}

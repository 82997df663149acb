import { Injectable } from '@nestjs/common';
import { FoldersService } from '../../folders/folders.service';
import type { CompletionContext } from '../completion-context';
import { PromptVariablesService } from '../prompt-variables.service';
import type { CompletionStep } from './completion-step';

/** What the folder of the chat has for all its chats: a system prompt before the chat's own, and files before its files. */
@Injectable()
export class FolderStep implements CompletionStep {
  constructor(
    private readonly folders: FoldersService,
    private readonly variables: PromptVariablesService,
  ) {}

  async apply(context: CompletionContext): Promise<void> {
    if (context.folderId === null) return;
    const { systemPrompt, files } = await this.folders.contextOf(context.principal.id, context.folderId);
    if (systemPrompt) context.prependSystem(await this.variables.replace(systemPrompt, context));
    context.files = [...files, ...context.files];
  }
}

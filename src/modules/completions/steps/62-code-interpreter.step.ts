import { Injectable } from '@nestjs/common';
import { CodeInterpreterSettings } from '../../code/code.settings';
import { PermissionsService } from '../../groups/permissions/permissions.service';
import { appendUserText, type CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep } from '../../pipeline/completion-step';
import { CODE_PROMPT } from '../background/task-prompts';

/** Lets the model run code: its tags are acted on, and the request says how to write them. */
@Injectable()
@CompletionStep({ order: 62 })
export class CodeInterpreterStep implements CompletionStep {
  constructor(
    private readonly settings: CodeInterpreterSettings,
    private readonly permissions: PermissionsService,
  ) {}

  async apply(context: CompletionContext): Promise<void> {
    if (!context.features.code_interpreter || !this.settings.enable) return;
    if (!(await this.permissions.has(context.principal, 'features.code_interpreter'))) return;
    context.runsCode = true;
    context.messages = appendUserText(context.messages, this.settings.prompt_template || CODE_PROMPT);
  }
}

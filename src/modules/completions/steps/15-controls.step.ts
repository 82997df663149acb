import { Injectable } from '@nestjs/common';
import { PermissionsService } from '../../groups/permissions/permissions.service';
import type { CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep } from '../../pipeline/completion-step';
import { withoutControls } from './params';

const SYSTEM_ROLES: readonly unknown[] = ['system', 'developer'];

/**
 * Drops parameters and system prompts of users who may not set them. Nothing is refused: chats keep what was set in them
 * before, and clients send it along.
 */
@Injectable()
@CompletionStep({ order: 15 })
export class ControlsStep implements CompletionStep {
  constructor(private readonly permissions: PermissionsService) {}

  async apply(context: CompletionContext): Promise<void> {
    const { principal } = context;
    const hasControls = await this.permissions.has(principal, 'chat.controls');
    if (!hasControls || !(await this.permissions.has(principal, 'chat.params'))) {
      context.params = {};
      context.body = withoutControls(context.body);
    }
    if (!hasControls || !(await this.permissions.has(principal, 'chat.system_prompt')))
      context.messages = context.messages.filter(({ role }) => !SYSTEM_ROLES.includes(role));
  }
}

import { Injectable } from '@nestjs/common';
import { PermissionsService } from '../../groups/permissions.service';
import type { CompletionContext } from '../completion-context';
import { withoutControls } from '../completion-params';
import type { CompletionStep } from './completion-step';

const SYSTEM_ROLES: readonly unknown[] = ['system', 'developer'];

/**
 * Parameters and system prompts of people who may not set them have no effect. Nothing is refused: chats keep what was
 * set in them before, and clients send it along.
 */
@Injectable()
export class ControlsStep implements CompletionStep {
  constructor(private readonly permissions: PermissionsService) {}

  async apply(context: CompletionContext): Promise<void> {
    const { principal, request, body } = context;
    const hasControls = await this.permissions.has(principal, 'chat.controls');
    if (!hasControls || !(await this.permissions.has(principal, 'chat.params'))) {
      request.params = {};
      withoutControls(body);
    }
    if (!hasControls || !(await this.permissions.has(principal, 'chat.system_prompt')))
      body.messages = context.messages.filter(({ role }) => !SYSTEM_ROLES.includes(role));
  }
}

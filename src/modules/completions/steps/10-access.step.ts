import { Injectable } from '@nestjs/common';
import { ownedBy } from '../../../common/auth/owned-by';
import { AccessProhibitedError, NotFoundError } from '../../../common/errors/app-error';
import { RealtimeService } from '../../../platform/realtime/realtime.service';
import { isSocketId } from '../../../platform/realtime/socket-state';
import { PermissionsService } from '../../groups/permissions/permissions.service';
import type { CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep } from '../../pipeline/completion-step';
import { isTemporary } from '../completion-request';

/** Checks the session and the permission for temporary chats. Model and stored chat are checked when they are loaded. */
@Injectable()
@CompletionStep({ order: 10, phase: 'access' })
export class AccessStep implements CompletionStep {
  constructor(
    private readonly realtime: RealtimeService,
    private readonly permissions: PermissionsService,
  ) {}

  async apply(context: CompletionContext): Promise<void> {
    await this.checkSession(context);
    await this.checkTemporary(context);
  }

  /** Depends on the chat id in the body, so no route can declare it. */
  private async checkTemporary({ principal, request: { chatId } }: CompletionContext): Promise<void> {
    if (chatId === undefined || !isTemporary(chatId)) return;
    const isAllowed = await this.permissions.hasAny(principal, ['chat.temporary', 'chat.temporary_enforced']);
    if (!isAllowed) throw new AccessProhibitedError();
  }

  /** Calls to a closed socket fail at once; another user's socket must not be asked to run code. */
  private async checkSession({ principal, request }: CompletionContext): Promise<void> {
    if (request.sessionId === undefined) return;
    if (!isSocketId(request.sessionId)) throw new NotFoundError();
    const userId = await this.realtime.userOf(request.sessionId);
    if (userId !== null) ownedBy(principal, { userId }, { refusal: () => new NotFoundError() });
  }
}

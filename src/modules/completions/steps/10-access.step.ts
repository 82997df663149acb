import { Injectable } from '@nestjs/common';
import { isAdmin } from '../../../common/auth/principal';
import {
  AccessProhibitedError,
  BadRequestError,
  ForbiddenError,
  NotFoundError,
} from '../../../common/errors/app-error';
import { Detail } from '../../../common/errors/details';
import { RealtimeService } from '../../../platform/realtime/realtime.service';
import { isSocketId } from '../../../platform/realtime/socket-state';
import { ChatsService } from '../../chats/chats.service';
import { PermissionsService } from '../../groups/permissions.service';
import { ArenaDrawsService } from '../../models/arena-draws.service';
import type { CompletionContext, CompletionTarget } from '../completion-context';
import { isTemporary } from '../completion-request';
import { DirectConnectionsSettings } from '../completions.settings';
import type { CompletionStep } from './completion-step';

const MAX_ID_LENGTH = 512;

/** May the caller use this model, this chat and this socket? Runs before anything is done or told. */
@Injectable()
export class AccessStep implements CompletionStep {
  constructor(
    private readonly models: ArenaDrawsService,
    private readonly chats: ChatsService,
    private readonly realtime: RealtimeService,
    private readonly permissions: PermissionsService,
    private readonly directConnections: DirectConnectionsSettings,
  ) {}

  async apply(context: CompletionContext): Promise<void> {
    await this.checkSession(context);
    context.target = await this.targetOf(context);
    await this.checkChat(context);
  }

  private async targetOf(context: CompletionContext): Promise<CompletionTarget> {
    const { directModel, sessionId, modelId } = context.request;
    if (!directModel) return { kind: 'provider', model: await this.usableModel(context) };
    if (!this.directConnections.enable) throw new ForbiddenError('Direct connections are disabled');
    if (sessionId === undefined) throw new BadRequestError('A direct connection needs a session_id');
    return { kind: 'browser', model: { ...directModel, id: directModel.id ?? modelId }, sessionId };
  }

  private async usableModel({ principal, request }: CompletionContext) {
    const model = await this.models.resolve(principal, request.modelId);
    if (!model) throw new BadRequestError(Detail.modelNotFound);
    return model;
  }

  /** Administrators may name any chat, but replies are stored in their own only. */
  private async checkChat(context: CompletionContext): Promise<void> {
    const { principal, request } = context;
    const { chatId, messageId } = request;
    // Ids are parts of indexes, and nobody's are so long.
    if ([chatId, messageId].some((id) => id !== undefined && id.length > MAX_ID_LENGTH)) throw new NotFoundError();
    if (chatId === undefined) return;
    if (isTemporary(chatId)) return this.checkTemporary(context);
    const chat = await this.chats.findOwned(principal.id, chatId);
    if (!chat && !isAdmin(principal)) throw new NotFoundError();
    context.folderId = chat?.folderId ?? null;
    if (chat && messageId !== undefined) context.place = { chatId, messageId };
  }

  /** Who may have no other chats may have these. */
  private async checkTemporary({ principal }: CompletionContext): Promise<void> {
    const mayHave = await this.permissions.hasAny(principal, ['chat.temporary', 'chat.temporary_enforced']);
    if (!mayHave) throw new AccessProhibitedError();
  }

  /** A socket that is gone does no harm: calls to it fail at once. Another user's would be asked to run things. */
  private async checkSession({ principal, request }: CompletionContext): Promise<void> {
    if (request.sessionId === undefined) return;
    if (!isSocketId(request.sessionId)) throw new NotFoundError();
    const owner = await this.realtime.userOf(request.sessionId);
    if (owner !== null && owner !== principal.id) throw new NotFoundError();
  }
}

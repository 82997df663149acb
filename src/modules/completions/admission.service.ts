import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { BadRequestError, ForbiddenError, NotFoundError } from '../../common/errors/app-error';
import { ChatsService } from '../chats/chats.service';
import { ArenaSelectionService } from '../models/arena/arena-selection.service';
import {
  CompletionContext,
  type AdmittedCompletion,
  type CompletionRequest,
  type CompletionTarget,
} from '../pipeline/completion-context';
import { isTemporary } from './completion-request';
import { DirectConnectionsSettings } from './completions.settings';
import { PipelineService } from './pipeline.service';
import { ProviderDetail } from '../providers/provider.errors';

/** Characters of an id, which is part of indexes. */
const MAX_ID_LENGTH = 512;

/** Turns a request into a context: loads the model and the chat for the principal, then runs the access steps. */
@Injectable()
export class AdmissionService {
  constructor(
    private readonly models: ArenaSelectionService,
    private readonly chats: ChatsService,
    private readonly directConnections: DirectConnectionsSettings,
    private readonly pipeline: PipelineService,
  ) {}

  /** @throws BadRequestError `Model not found`, NotFoundError for a chat of another user, and what access steps throw. */
  async admit(principal: Principal, request: CompletionRequest): Promise<CompletionContext> {
    const target = await this.targetOf(principal, request);
    const context = new CompletionContext({ principal, request, target, ...(await this.placeOf(principal, request)) });
    await this.pipeline.admit(context);
    return context;
  }

  private async targetOf(principal: Principal, request: CompletionRequest): Promise<CompletionTarget> {
    const { directModel, sessionId, modelId } = request;
    if (!directModel) {
      const model = await this.models.resolve(principal, modelId);
      if (!model) throw new BadRequestError(ProviderDetail.modelNotFound);
      return { kind: 'provider', model };
    }
    if (!this.directConnections.enable) throw new ForbiddenError('Direct connections are disabled');
    if (sessionId === undefined) throw new BadRequestError('A direct connection needs a session_id');
    return { kind: 'browser', model: { ...directModel, id: directModel.id ?? modelId }, sessionId };
  }

  /** Administrators may name any chat, but replies are stored in their own only. */
  private async placeOf(
    principal: Principal,
    { chatId, messageId }: CompletionRequest,
  ): Promise<Pick<AdmittedCompletion, 'place' | 'folderId'>> {
    if ([chatId, messageId].some((id) => id !== undefined && id.length > MAX_ID_LENGTH)) throw new NotFoundError();
    if (chatId === undefined || isTemporary(chatId)) return {};
    const chat = isAdmin(principal)
      ? await this.chats.findOwned(principal.id, chatId)
      : await this.chats.getOwned(principal, chatId, { refusal: () => new NotFoundError() });
    const place = chat && messageId !== undefined ? { chatId, messageId } : undefined;
    return { place, folderId: chat?.folderId };
  }
}

import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { AccessProhibitedError, BadRequestError } from '../../common/errors/app-error';
import { nowSeconds } from '../../common/util/time';
import { Transaction } from '../../platform/database/transaction';
import { AccessService } from '../access/access.service';
import { ShareableService, type ShareableRules } from '../groups/sharing/shareable.service';
import { SharingService } from '../groups/sharing/sharing.service';
import { UsersService } from '../users/users.service';
import { toCommand } from './command';
import type { Prompt } from './prompt.entity';
import {
  toPromptResponse,
  type CreatePromptRequest,
  type PromptResponse,
  type UpdatePromptRequest,
} from './prompts.dto';
import { PromptsRepository } from './prompts.repository';
import { PromptDetail } from './prompts.errors';

/** Lists are sorted by the last change, newest first. */
@Injectable()
export class PromptsService extends ShareableService<Prompt, PromptResponse> {
  protected readonly rules: ShareableRules<Prompt, PromptResponse> = {
    kind: 'prompts',
    sharedBy: 'owner',
    toResponse: toPromptResponse,
    refusal: () => new AccessProhibitedError(),
    taken: { constraint: 'prompt_pkey', refusal: () => new BadRequestError(PromptDetail.commandTaken) },
  };

  constructor(
    prompts: PromptsRepository,
    access: AccessService,
    sharing: SharingService,
    users: UsersService,
    transaction: Transaction,
  ) {
    super(prompts, access, sharing, users, transaction);
  }

  /** @throws BadRequestError when the command is malformed or taken. */
  async create(principal: Principal, request: CreatePromptRequest): Promise<PromptResponse> {
    const { title, content, access_control: wanted = null } = request;
    const command = toCommand(request.command);
    return this.insert(principal, { command, userId: principal.id, title, content, timestamp: nowSeconds() }, wanted);
  }

  /** Replaces title and content, and the sharing if the principal may change it. */
  update(principal: Principal, command: string, request: UpdatePromptRequest): Promise<PromptResponse> {
    const { title, content, access_control: wanted } = request;
    return this.change(principal, command, { title, content, timestamp: nowSeconds() }, wanted);
  }
}

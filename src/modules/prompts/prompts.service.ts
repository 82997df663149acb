import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { AccessProhibitedError, BadRequestError, RowNotFoundError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { nowSeconds } from '../../common/util/time';
import { isUniqueViolation } from '../../platform/database/database';
import { Transaction } from '../../platform/database/transaction';
import type { AccessControl } from '../access/access-control.dto';
import { AccessService } from '../access/access.service';
import { SharingService } from '../groups/sharing.service';
import { UsersService } from '../users/users.service';
import { toCommand } from './command';
import type { Prompt } from './prompt.entity';
import {
  toPromptResponse,
  toPromptUserResponse,
  type CreatePromptRequest,
  type PromptResponse,
  type PromptUserResponse,
  type UpdatePromptRequest,
} from './prompts.dto';
import { PromptsRepository } from './prompts.repository';

const RESOURCE = 'prompt';

@Injectable()
export class PromptsService {
  constructor(
    private readonly prompts: PromptsRepository,
    private readonly access: AccessService,
    private readonly users: UsersService,
    private readonly sharing: SharingService,
    private readonly transaction: Transaction,
  ) {}

  /** What the caller may use, most recently changed first. */
  async list(caller: Principal): Promise<PromptResponse[]> {
    const prompts = await this.prompts.findAllFor(caller, 'read');
    const sharing = await this.sharingOf(prompts);
    return prompts.map((prompt) => toPromptResponse(prompt, sharing.get(prompt.command)));
  }

  /** What the caller may change, most recently changed first. */
  async listEditable(caller: Principal): Promise<PromptUserResponse[]> {
    const prompts = await this.prompts.findAllFor(caller, 'write');
    const [sharing, owners] = await Promise.all([
      this.sharingOf(prompts),
      this.users.summaries(prompts.map(({ userId }) => userId)),
    ]);
    return prompts.map((prompt) =>
      toPromptUserResponse(prompt, sharing.get(prompt.command), owners.get(prompt.userId)),
    );
  }

  /** @throws BadRequestError when the command is malformed or taken, by whomever. */
  async create(caller: Principal, request: CreatePromptRequest): Promise<PromptResponse> {
    const { title, content, access_control: wanted = null } = request;
    const command = toCommand(request.command);
    const prompt: Prompt = { command, userId: caller.id, title, content, timestamp: nowSeconds() };
    const allowed = await this.sharing.allowed(caller, 'prompts', { wanted, current: {} });
    return this.transaction.run(async () => {
      await this.insert(prompt);
      return toPromptResponse(prompt, await this.access.replace(RESOURCE, command, allowed));
    });
  }

  /** @throws RowNotFoundError also when the caller may not read it. */
  async get(caller: Principal, command: string): Promise<PromptResponse> {
    const prompt = await this.prompts.getFor(caller, 'read', command);
    return toPromptResponse(prompt, await this.access.accessControlOf(RESOURCE, command));
  }

  /** Replaces title and content, and the sharing when the caller decides on it. */
  update(caller: Principal, command: string, request: UpdatePromptRequest): Promise<PromptResponse> {
    return this.transaction.run(async () => {
      const prompt = await this.getWritable(caller, command);
      const change = { title: request.title, content: request.content, timestamp: nowSeconds() };
      if (!(await this.prompts.update(command, change))) throw new RowNotFoundError();
      const sharing = await this.updateSharing(caller, prompt, request.access_control);
      return toPromptResponse({ ...prompt, ...change }, sharing);
    });
  }

  delete(caller: Principal, command: string): Promise<boolean> {
    return this.transaction.run(async () => {
      await this.getWritable(caller, command);
      await this.prompts.delete(command);
      await this.access.remove(RESOURCE, command);
      return true;
    });
  }

  private sharingOf(prompts: Prompt[]): Promise<Map<string, AccessControl>> {
    return this.access.grantsOf(
      RESOURCE,
      prompts.map(({ command }) => command),
    );
  }

  private async insert(prompt: Prompt): Promise<void> {
    try {
      await this.prompts.insert(prompt);
    } catch (error) {
      if (isUniqueViolation(error, 'prompt_pkey')) throw new BadRequestError(Detail.commandTaken);
      throw error;
    }
  }

  /** @throws AccessProhibitedError for a prompt of somebody else, RowNotFoundError for none. */
  private async getWritable(caller: Principal, command: string): Promise<Prompt> {
    const prompt = await this.prompts.findFor(caller, 'write', command);
    if (prompt) return prompt;
    throw (await this.prompts.exists(command)) ? new AccessProhibitedError() : new RowNotFoundError();
  }

  /** What people with a write grant send is not looked at: clients send the sharing back with every change. */
  private async updateSharing(
    caller: Principal,
    prompt: Prompt,
    wanted: AccessControl | undefined,
  ): Promise<AccessControl> {
    const current = await this.access.accessControlOf(RESOURCE, prompt.command);
    if (wanted === undefined || !this.prompts.isOwnedBy(caller, prompt)) return current;
    const allowed = await this.sharing.allowed(caller, 'prompts', { wanted, current });
    return this.access.replace(RESOURCE, prompt.command, allowed);
  }
}

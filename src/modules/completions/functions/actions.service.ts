import { Injectable, Logger } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { BadRequestError } from '../../../common/errors/app-error';
import type { JsonObject } from '../../../common/util/json';
import { FunctionsService } from '../../functions/functions.service';
import type { RunnableFunction } from '../../functions/functions.types';
import type { CompletionContext } from '../../pipeline/completion-context';
import { SandboxError, type SandboxOutcome } from '../../sandbox/sandbox.types';
import { AdmissionService } from '../admission.service';
import { requireKeys } from '../completed-request';
import { parseCompletionRequest } from '../completion-request';
import { MessageEmitterService } from './message-emitter.service';
import { ReplyHostService } from './reply-host.service';

/** Items of a result that is a stream. */
const MAX_ITEMS = 10_000;

/** Runs the buttons below replies: functions of administrators that are active, and global or attached to the model. */
@Injectable()
export class ActionsService {
  private readonly logger = new Logger(ActionsService.name);

  constructor(
    private readonly admission: AdmissionService,
    private readonly functions: FunctionsService,
    private readonly hosts: ReplyHostService,
    private readonly emitter: MessageEmitterService,
  ) {}

  /**
   * Returns what the action returns. `actionId` is `<function>` or `<function>.<sub>`.
   * @throws BadRequestError for an action that the model does not offer, and with the message of one that fails; as
   * `AdmissionService.admit`.
   */
  async run(principal: Principal, actionId: string, body: JsonObject, client: AbortSignal): Promise<unknown> {
    const dot = actionId.indexOf('.');
    const [id, sub] = dot === -1 ? [actionId, undefined] : [actionId.slice(0, dot), actionId.slice(dot + 1)];
    const action = await this.functions.find(id, principal);
    if (action?.row.type !== 'action') throw notFound(actionId);
    requireKeys(body);
    const context = await this.admission.admit(principal, parseCompletionRequest(body));
    if (!action.row.isGlobal && !attachedTo(context).includes(id)) throw notFound(actionId);
    if (!action.row.definition.handlers.includes('action')) return body;
    return this.emitter.during(context, () => this.call(context, action, { body, id: sub || id }, client));
  }

  private async call(
    context: CompletionContext,
    action: RunnableFunction,
    { body, id }: { body: JsonObject; id: string },
    signal: AbortSignal,
  ): Promise<unknown> {
    const injected = { ...this.hosts.injectedOf(context), __id__: id };
    const call = { method: 'action', positional: [body], injected, host: this.hosts.of(context) };
    try {
      return await valueOf(await this.functions.run(action, call, signal));
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      this.logger.warn(`Action ${action.row.id} failed (${error.failure}): ${error.message.slice(0, 200)}`);
      throw new BadRequestError(`Error: ${error.message}`);
    }
  }
}

const notFound = (id: string): BadRequestError => new BadRequestError(`Action not found: ${id.slice(0, 200)}`);

function attachedTo({ target }: CompletionContext): unknown[] {
  const { actionIds } = target.kind === 'provider' ? target.model.meta : {};
  return Array.isArray(actionIds) ? actionIds : [];
}

async function valueOf(outcome: SandboxOutcome): Promise<unknown> {
  if (outcome.kind === 'value') return outcome.value;
  if (outcome.kind === 'response') return outcome.body;
  const items: unknown[] = [];
  for await (const item of outcome.items) if (items.push(item) >= MAX_ITEMS) break;
  return items;
}

import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError } from '../../common/errors/app-error';
import type { StreamAnswer } from '../../common/http/answers/stream-answer';
import type { JsonObject } from '../../common/util/json';
import { AdmissionService } from './admission.service';
import { requireKeys } from './completed-request';
import { parseCompletionRequest } from './completion-request';
import type { TaskStartedResponse } from './completions.dto';
import { FiltersService } from './functions/filters.service';
import { FunctionFailedError } from './functions/function-error';
import { MessageEmitterService } from './functions/message-emitter.service';
import { ReplyPlacesService } from './reply-places.service';
import { ReplyRunner } from './reply/reply-runner';

/** Chat completions of the web client and of API clients. */
@Injectable()
export class CompletionsService {
  constructor(
    private readonly admission: AdmissionService,
    private readonly places: ReplyPlacesService,
    private readonly runner: ReplyRunner,
    private readonly filters: FiltersService,
    private readonly emitter: MessageEmitterService,
  ) {}

  /** @throws as `AdmissionService.admit`; ConflictError while another reply is written into the same message. */
  async complete(
    principal: Principal,
    body: JsonObject,
    client: AbortSignal,
  ): Promise<JsonObject | StreamAnswer | TaskStartedResponse> {
    const context = await this.admission.admit(principal, parseCompletionRequest(body));
    if (context.isTask) return { status: true, task_id: await this.runner.start(context) };
    await this.places.prepare(context);
    return this.runner.respond(context, client);
  }

  /** The shown chat as the filters leave it. @throws BadRequestError with the message of a filter that fails. */
  async completed(principal: Principal, body: JsonObject, client: AbortSignal): Promise<JsonObject> {
    requireKeys(body);
    const context = await this.admission.admit(principal, parseCompletionRequest(body));
    const filters = await this.filters.of(context);
    if (filters.length === 0) return body;
    try {
      return await this.emitter.during(context, () => this.filters.apply(context, filters, 'outlet', body, client));
    } catch (error) {
      throw error instanceof FunctionFailedError ? new BadRequestError(`Error: ${error.text}`) : error;
    }
  }
}

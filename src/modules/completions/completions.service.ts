import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError } from '../../common/errors/app-error';
import type { EventStream } from '../../common/http/event-stream';
import type { JsonObject } from '../../common/util/json';
import { CompletionContext } from './completion-context';
import { parseCompletionRequest } from './completion-request';
import type { TaskStartedResponse } from './completions.dto';
import { ReplyAnswerService } from './reply-answer.service';
import { ReplyTaskService } from './reply-task.service';
import { AccessStep } from './steps/10-access.step';

const COMPLETED_KEYS = ['model', 'chat_id', 'id', 'session_id'];

/** Chat completions: what is refused, and which of the two ways a reply goes. */
@Injectable()
export class CompletionsService {
  constructor(
    private readonly access: AccessStep,
    private readonly answers: ReplyAnswerService,
    private readonly tasks: ReplyTaskService,
  ) {}

  /** @throws BadRequestError `Model not found`, NotFoundError for a chat or socket that is not the caller's. */
  async complete(
    principal: Principal,
    body: JsonObject,
    client: AbortSignal,
  ): Promise<JsonObject | EventStream | TaskStartedResponse> {
    const context = new CompletionContext(principal, parseCompletionRequest(body));
    await this.access.apply(context);
    return context.isTask ? this.tasks.start(context) : this.answers.answer(context, client);
  }

  /** Nothing changes a complete reply yet: the chat comes back as it was sent. */
  async completed(principal: Principal, body: JsonObject): Promise<JsonObject> {
    const missing = COMPLETED_KEYS.find((key) => !(key in body));
    if (missing !== undefined) throw new BadRequestError(`'${missing}'`);
    await this.access.apply(new CompletionContext(principal, parseCompletionRequest(body)));
    return body;
  }
}

import { Injectable } from '@nestjs/common';
import type { CompletionContext } from '../completion-context';
import { chatParams } from '../completion-params';
import type { CompletionStep } from './completion-step';

/** The chat controls become keys of the request; the model may decide about streaming. */
@Injectable()
export class ParamsStep implements CompletionStep {
  apply({ body, request, modelParams }: CompletionContext): void {
    Object.assign(body, chatParams(request.params));
    if (typeof modelParams.stream_response === 'boolean') body.stream = modelParams.stream_response;
  }
}

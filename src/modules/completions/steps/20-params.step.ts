import { Injectable } from '@nestjs/common';
import type { CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep } from '../../pipeline/completion-step';
import { chatParams } from './params';

/** The chat controls become keys of the request; the model may decide about streaming. */
@Injectable()
@CompletionStep({ order: 20 })
export class ParamsStep implements CompletionStep {
  apply(context: CompletionContext): void {
    const { stream_response: stream } = context.modelParams;
    context.body = { ...context.body, ...chatParams(context.params), ...(typeof stream === 'boolean' && { stream }) };
  }
}

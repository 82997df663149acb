import { Injectable } from '@nestjs/common';
import type { CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep } from '../../pipeline/completion-step';
import { ModelRulesService } from './model-rules.service';

/** What the model's row says wins over everything before: last of the steps. */
@Injectable()
@CompletionStep({ order: 90 })
export class ModelStep implements CompletionStep {
  constructor(private readonly rules: ModelRulesService) {}

  async apply(context: CompletionContext): Promise<void> {
    const { body, modelParams, principal, request } = context;
    context.body = await this.rules.apply(body, modelParams, principal.id, request.variables);
  }
}

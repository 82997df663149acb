import { Injectable } from '@nestjs/common';
import { asString } from '../../../common/util/json';
import type { CompletionContext } from '../completion-context';
import { modelParams } from '../completion-params';
import { PromptVariablesService } from '../prompt-variables.service';
import type { CompletionStep } from './completion-step';

/** What the model's row says wins over the request; its system prompt comes before all others. Last of the steps. */
@Injectable()
export class ModelStep implements CompletionStep {
  constructor(private readonly variables: PromptVariablesService) {}

  async apply(context: CompletionContext): Promise<void> {
    Object.assign(context.body, modelParams(context.modelParams));
    const system = asString(context.modelParams.system);
    if (system) context.prependSystem(await this.variables.replace(system, context));
  }
}

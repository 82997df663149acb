import { Injectable } from '@nestjs/common';
import { asString, type JsonObject } from '../../../common/util/json';
import { messagesOf, withSystemText } from '../../pipeline/completion-context';
import { applyModelParams } from './params';
import { PromptVariablesService } from './prompt-variables.service';

/** What a model's row says about a request, for every entry: chat, OpenAI's and Ollama's interfaces. */
@Injectable()
export class ModelRulesService {
  constructor(private readonly variables: PromptVariablesService) {}

  /** The body with the params of the row, and its system prompt before all others. `body` is not changed. */
  async apply(
    body: JsonObject,
    params: JsonObject,
    userId: string,
    variables?: Readonly<Record<string, string>>,
  ): Promise<JsonObject> {
    const applied = applyModelParams(body, params);
    const system = asString(params.system);
    if (!system) return applied;
    const text = await this.variables.replace(system, userId, variables);
    return { ...applied, messages: withSystemText(messagesOf(body), text) };
  }
}

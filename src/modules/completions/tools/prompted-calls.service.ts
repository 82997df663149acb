import { Injectable, Logger } from '@nestjs/common';
import { asString, isJsonObject, type JsonObject } from '../../../common/util/json';
import type { CompletionContext } from '../../pipeline/completion-context';
import { specOf, type Tool } from '../../pipeline/tool';
import type { CitedSource } from '../../providers/chat-provider';
import { pythonJson } from '../content/python-json';
import { jsonIn } from '../background/reply-json';
import { TaskModelService } from '../background/task-model.service';
import { TOOLS_PROMPT } from '../background/task-prompts';
import { TaskSettings } from '../background/task.settings';
import { plainText } from '../background/task-template';
import { knownArguments } from './call-arguments';
import { ToolResultsService } from './tool-results.service';

/** Messages before the question that the selection is based on. */
const HISTORY = 4;
/** Calls of one reply. */
const MAX_CALLS = 30;

/**
 * Calls of tools for models that cannot call functions: a generation selects them before the reply, and the results are
 * sources of it.
 */
@Injectable()
export class PromptedCallsService {
  private readonly logger = new Logger(PromptedCallsService.name);

  constructor(
    private readonly model: TaskModelService,
    private readonly settings: TaskSettings,
    private readonly results: ToolResultsService,
  ) {}

  async run(context: CompletionContext, tools: ReadonlyMap<string, Tool>, signal: AbortSignal): Promise<void> {
    for (const { name, parameters } of await this.select(context, tools, signal)) {
      const tool = tools.get(name);
      if (tool) await this.call(context, tool, parameters, signal);
    }
  }

  private async call(context: CompletionContext, tool: Tool, args: JsonObject, signal: AbortSignal): Promise<void> {
    const parameters = knownArguments(args, tool.parameters);
    const { content, files, embeds } = await this.results.call(context.principal, tool, parameters, signal);
    if (files) context.emit({ type: 'message', event: { type: 'files', data: { files } } });
    if (embeds) context.emit({ type: 'message', event: { type: 'embeds', data: { embeds } } });
    if (content !== '') context.sources = [...context.sources, toSource(tool, content, parameters)];
    if (tool.handlesFiles) context.files = [];
  }

  /** No calls when the generation fails or selects none. */
  private async select(
    context: CompletionContext,
    tools: ReadonlyMap<string, Tool>,
    signal: AbortSignal,
  ): Promise<SelectedCall[]> {
    const specs = [...tools.values()].map(specOf);
    const template = this.settings.tools_prompt_template || TOOLS_PROMPT;
    const messages = [
      { role: 'system', content: template.replaceAll('{{TOOLS}}', () => pythonJson(specs, { ascii: true })) },
      { role: 'user', content: questionOf(context) },
    ];
    try {
      const reply = await this.model.respond(context, messages, 'function_calling', signal);
      return callsIn(jsonIn(reply ?? '')).slice(0, MAX_CALLS);
    } catch (error) {
      signal.throwIfAborted();
      this.logger.warn(`No tools could be selected: ${String(error)}`);
      return [];
    }
  }
}

interface SelectedCall {
  name: string;
  parameters: JsonObject;
}

/** `{tool_calls: [{name, parameters}]}`, or one call alone. */
function callsIn(reply: JsonObject): SelectedCall[] {
  const calls: unknown[] = Array.isArray(reply.tool_calls) ? reply.tool_calls : [reply];
  return calls.filter(isJsonObject).flatMap(({ name, parameters }) => {
    const called = asString(name);
    return called === undefined ? [] : [{ name: called, parameters: isJsonObject(parameters) ? parameters : {} }];
  });
}

function questionOf({ messages, question }: CompletionContext): string {
  const before = messages.at(-1)?.role === 'user' ? messages.slice(0, -1) : messages;
  const history = before.slice(-HISTORY);
  const lines = history.map((message) => `${String(message.role).toUpperCase()}: """${plainText(message)}"""`);
  const query = `Query: ${question}`;
  return lines.length === 0 ? query : `History:\n${lines.join('\n')}\n${query}`;
}

function toSource({ name, sourceId }: Tool, content: string, parameters: JsonObject): CitedSource {
  const label = sourceId ? `${sourceId}/${name}` : name;
  return {
    source: { name: label },
    document: [content],
    metadata: [{ source: label, parameters }],
    tool_result: true,
  };
}

import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { Injectable } from '@nestjs/common';
import { lookup } from 'mime-types';
import type { Principal } from '../../../common/auth/principal';
import { toErrorText } from '../../../common/errors/to-error-response';
import { aborting } from '../../../common/util/aborting';
import { asString, isJsonObject, type JsonObject } from '../../../common/util/json';
import { CodeService } from '../../code/code.service';
import { CodeInterpreterSettings } from '../../code/code.settings';
import type { CompletionContext } from '../../pipeline/completion-context';
import type { CodeBlock } from '../content/content-block';
import { ReplyHostService } from '../functions/reply-host.service';
import { ToolResultsService } from '../tools/tool-results.service';

const PICTURE = 'data:image/png;base64,';
/** Pictures of one run. */
const MAX_PICTURES = 50;
const MAX_FILES = 20;

/** Runs code of models: in the user's browser, on a Jupyter server, or in the sandbox of this server. */
@Injectable()
export class InterpreterService {
  constructor(
    private readonly settings: CodeInterpreterSettings,
    private readonly code: CodeService,
    private readonly hosts: ReplyHostService,
    private readonly results: ToolResultsService,
  ) {}

  /** `{stdout, stderr, result}`, or what the browser responded. A failure is output. Rejects with the signal's reason. */
  async run(context: CompletionContext, { text }: CodeBlock, signal: AbortSignal): Promise<unknown> {
    try {
      const output = await aborting(signal, this.execute(context, text, signal));
      return isJsonObject(output) ? await this.withFiles(context.principal, output) : output;
    } catch (error) {
      signal.throwIfAborted();
      return { stdout: '', stderr: toErrorText(error), result: '' };
    }
  }

  private execute(context: CompletionContext, code: string, signal: AbortSignal): Promise<unknown> {
    const { principal, request } = context;
    const { sessionId } = request;
    if (this.settings.engine !== 'pyodide' || sessionId === undefined)
      return this.code.interpret({ principal, code }, signal);
    const data = { id: randomUUID(), code: this.code.guarded(code), session_id: sessionId };
    return this.hosts.of(context).ask?.({ type: 'execute:python', data }, signal) ?? Promise.resolve(null);
  }

  /** Lines that are pictures, and what the code wrote, become files of the principal; the output links to them. */
  private async withFiles(principal: Principal, { files, ...output }: JsonObject): Promise<JsonObject> {
    const changed: JsonObject = {};
    for (const key of ['stdout', 'result']) {
      const { [key]: text } = output;
      if (typeof text === 'string' && text.includes(PICTURE)) changed[key] = await this.linked(principal, text);
    }
    const linked = { ...output, ...changed };
    const links = await this.linksOf(principal, Array.isArray(files) ? files : []);
    return links.length > 0
      ? { ...linked, result: [asString(linked.result), ...links].filter(Boolean).join('\n') }
      : linked;
  }

  private async linksOf(principal: Principal, files: readonly unknown[]): Promise<string[]> {
    const links: string[] = [];
    for (const file of files.slice(0, MAX_FILES).filter(isJsonObject)) {
      const name = basename(asString(file.name) ?? '').replace(/[[\]()\s]/g, '_');
      const mime = lookup(name) || 'application/octet-stream';
      const picture = mime.startsWith('image/') ? '!' : '';
      links.push(
        `${picture}[${name}]${await this.stored(principal, { mime, base64: asString(file.content) ?? '', name })}`,
      );
    }
    return links;
  }

  private async linked(principal: Principal, text: string): Promise<string> {
    const lines = text.split('\n');
    let pictures = 0;
    for (const [index, line] of lines.entries()) {
      const start = line.indexOf(PICTURE);
      if (start === -1 || ++pictures > MAX_PICTURES) continue;
      lines[index] = await this.link(principal, line.slice(start + PICTURE.length).trim());
    }
    return lines.join('\n');
  }

  private async link(principal: Principal, base64: string): Promise<string> {
    return `![Output Image]${await this.stored(principal, { mime: 'image/png', base64, name: 'output.png' })}`;
  }

  /** The address in parentheses, or why there is none. */
  private async stored(principal: Principal, content: Parameters<ToolResultsService['store']>[1]): Promise<string> {
    try {
      return `(${await this.results.store(principal, content)})`;
    } catch (error) {
      return ` could not be stored: ${toErrorText(error)}`;
    }
  }
}

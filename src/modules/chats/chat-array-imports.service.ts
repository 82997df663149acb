import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { AppError, BadRequestError, PayloadTooLargeError } from '../../common/errors/app-error';
import { toErrorText } from '../../common/errors/to-error-answer';
import { ValidationError, type ValidationIssue } from '../../common/errors/validation-error';
import type { AnswerStream } from '../../common/http/answer-stream';
import { parseJson } from '../../common/http/json-body';
import { JsonItemSplitter, type ItemText } from '../../common/http/json-items';
import { jsonList, type JsonText } from '../../common/http/json-list';
import { ContractValidationPipe } from '../../common/validation/contract-validation.pipe';
import { Env } from '../../platform/env/env';
import { ImportChatsRequest, type ImportChatRequest } from './chat-imports.dto';
import { ChatImportsService } from './chat-imports.service';
import { ChatPacksService } from './chat-packs.service';
import { toJsonPieces } from './chats.dto';

/** Failures that a header can tell, and how much of each. */
const MAX_TOLD = 20;
const MAX_DETAIL = 200;

/** Stands for an item that was not kept. */
const TOO_LONG = Symbol('too long');

interface ImportFailure {
  index: number;
  error: AppError;
}

/** Imports of the contract's `{chats: […]}`: of any length, read as they come, one chat in memory at a time. */
@Injectable()
export class ChatArrayImportsService {
  private readonly validation = new ContractValidationPipe();

  constructor(
    private readonly imports: ChatImportsService,
    private readonly packs: ChatPacksService,
    private readonly env: Env,
  ) {}

  /**
   * The chats in the order of the list, with what could not be imported in the header `X-Import-Failures`. What came
   * before a body broke off is imported.
   * @throws ValidationError for what is not such a list; and like BadRequestError when nothing could be imported.
   */
  async importArray(caller: Principal, body: AsyncIterable<Buffer>, accept?: string): Promise<AnswerStream> {
    const splitter = new JsonItemSplitter('chats', this.env.maxBodyBytes);
    const ids: string[] = [];
    const failures: ImportFailure[] = [];
    let index = 0;
    const add = async (item: unknown) => {
      const outcome = await this.importItem(caller, item, index++);
      if (typeof outcome === 'string') ids.push(outcome);
      else if (failures.length < MAX_TOLD) failures.push(outcome);
    };
    for await (const chunk of body)
      for (const text of splitter.push(chunk)) await add(text === null ? TOO_LONG : parseJson(text));
    // Empty, unless the key was written in a way that the splitter does not know.
    for (const item of this.validate(splitter.end())) await add(item);
    if (ids.length === 0 && failures.length > 0) throw refusalOf(failures);
    return jsonList(this.load(ids), accept, headersFor(failures));
  }

  /** The id of the chat, or why there is none. */
  private async importItem(caller: Principal, item: unknown, index: number): Promise<string | ImportFailure> {
    try {
      if (item === TOO_LONG) throw new PayloadTooLargeError();
      const { chats } = this.check({ chats: [item] });
      return (await this.imports.import(caller, chats[0] as ImportChatRequest)).id;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { index, error: error instanceof ValidationError ? at(index, error) : error };
    }
  }

  private validate(rest: ItemText): ImportChatRequest[] {
    if (rest === null) throw new PayloadTooLargeError();
    return this.check(rest.trim() === '' ? undefined : parseJson(rest)).chats;
  }

  private check(body: unknown): ImportChatsRequest {
    return this.validation.transform(body, { type: 'body', metatype: ImportChatsRequest }) as ImportChatsRequest;
  }

  private async *load(ids: readonly string[]): AsyncGenerator<JsonText> {
    for await (const chats of this.packs.read(ids)) for (const chat of chats) yield toJsonPieces(chat);
  }
}

/** The issues of the only item of a list, as those of the item of that index. */
const at = (index: number, { issues }: ValidationError): ValidationError =>
  new ValidationError(issues.map((issue) => ({ ...issue, loc: issue.loc.with(2, index) })));

/** What the contract answers when nothing was imported. */
function refusalOf(failures: readonly ImportFailure[]): AppError {
  const issues = failures.flatMap(({ error }): ValidationIssue[] =>
    error instanceof ValidationError ? error.issues : [],
  );
  return issues.length > 0 ? new ValidationError(issues) : new BadRequestError();
}

const headersFor = (failures: readonly ImportFailure[]): Record<string, string> =>
  failures.length === 0
    ? {}
    : {
        'X-Import-Failures': ascii(
          JSON.stringify(failures.map(({ index, error }) => ({ index, detail: detailOf(error) }))),
        ),
      };

function detailOf(error: AppError): string {
  if (!(error instanceof ValidationError)) return toErrorText(error).slice(0, MAX_DETAIL);
  return error.issues
    .map(({ loc, msg }) => `${loc.join('.')}: ${msg}`)
    .join('; ')
    .slice(0, MAX_DETAIL);
}

/** JSON as a header can carry it. */
const ascii = (json: string): string =>
  json.replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { AppError, BadRequestError, PayloadTooLargeError } from '../../../common/errors/app-error';
import { toErrorText } from '../../../common/errors/to-error-response';
import { ValidationError, type ValidationIssue } from '../../../common/errors/validation-error';
import type { StreamAnswer } from '../../../common/http/answers/stream-answer';
import { bodyLines, type BodyLine } from '../../../common/http/body/body-lines';
import { JsonItemSplitter, type ItemText } from '../../../common/json/json-items';
import { parseLargeJson } from '../../../common/json/parse-json';
import { jsonList, type JsonText } from '../../../common/http/answers/json-list';
import { isJsonObject } from '../../../common/util/json';
import { ContractValidationPipe } from '../../../common/validation/contract-validation.pipe';
import { Env } from '../../../platform/env/env';
import { toJsonPieces } from '../chats.dto';
import { ImportChatRequest, ImportChatsRequest, type ImportReportResponse } from './chat-imports.dto';
import { ChatImportsService, type ImportItem } from './chat-imports.service';
import { ChatReaderService } from './chat-reader.service';
import { convertItem } from './formats/convert';
import type { ConvertedChat } from './formats/converted-chat';

/** Largest number of failures in the header of an array import, and in the report of a line import. */
const MAX_HEADER_FAILURES = 20;
const MAX_REPORT_FAILURES = 1000;
/** Largest length of the reason of a failure, in characters. */
const MAX_DETAIL = 200;

/** Placeholder of an item that exceeded the size limit. */
const TOO_LONG = Symbol('too long');

interface ImportFailure {
  index: number;
  error: AppError;
}

/** Keys of `ImportChatRequest` that only `import/lines` applies. */
const LINES_ONLY = { archived: null };

/**
 * Reads import bodies of any length: one item is in memory at a time. Items are chats, or conversations exported by
 * another product (see `convertItem`). When a body is aborted, the chats before that remain imported.
 */
@Injectable()
export class ChatImportBodiesService {
  private readonly validation = new ContractValidationPipe();

  constructor(
    private readonly imports: ChatImportsService,
    private readonly reader: ChatReaderService,
    private readonly env: Env,
  ) {}

  /**
   * Imports `{chats: […]}`, a list of items, or a single item. Returns the chats in the order of the items; the header
   * `X-Import-Failures` lists items that failed.
   * @throws ValidationError for any other body; ValidationError or BadRequestError when every item failed.
   */
  async importArray(principal: Principal, body: AsyncIterable<Buffer>, accept?: string): Promise<StreamAnswer> {
    const splitter = new JsonItemSplitter('chats', this.env.maxBodyBytes);
    const ids: string[] = [];
    const failures: ImportFailure[] = [];
    let index = 0;
    const add = async (value: unknown) => {
      try {
        const items = this.toItems(value, LINES_ONLY);
        for (const item of items) ids.push((await this.imports.import(principal, item)).id);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        if (failures.length < MAX_HEADER_FAILURES) failures.push({ index, error: at(index, error) });
      }
      index++;
    };
    for await (const chunk of body)
      for (const text of splitter.push(chunk)) await add(text === null ? TOO_LONG : await parseLargeJson(text));
    for (const value of await this.remaining(splitter.end())) await add(value);
    if (ids.length === 0 && failures.length > 0) throw refusalOf(failures);
    return jsonList(this.load(ids), accept, headersFor(failures));
  }

  /**
   * Imports one item per line. The report is sent at the end: clients that send everything before they read would
   * otherwise deadlock.
   */
  async importLines(principal: Principal, body: AsyncIterable<Uint8Array>): Promise<ImportReportResponse> {
    const report: ImportReportResponse = { imported: 0, known: 0, failed: 0, failures: [] };
    for await (const line of bodyLines(body, this.env.maxBodyBytes)) await this.importLine(principal, line, report);
    return report;
  }

  private async importLine(principal: Principal, line: BodyLine, report: ImportReportResponse): Promise<void> {
    try {
      for (const item of this.toItems(line.text === null ? TOO_LONG : await parseLargeJson(line.text))) {
        const { isNew } = await this.imports.import(principal, item);
        report[isNew ? 'imported' : 'known']++;
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      report.failed++;
      if (report.failures.length < MAX_REPORT_FAILURES)
        report.failures.push({ line: line.number, detail: detailOf(error) });
    }
  }

  /** The chats of an item. @throws AppError when it cannot be imported. */
  private toItems(value: unknown, overrides: Partial<ImportItem> = {}): ImportItem[] {
    if (value === TOO_LONG) throw new PayloadTooLargeError();
    const converted = convertItem(value);
    if (converted?.length === 0) throw new BadRequestError('The conversation has no messages');
    return converted?.map(toItem) ?? [{ ...this.check(value), ...overrides }];
  }

  /** Items in the text around the list: all of them, when there was no list. */
  private async remaining(rest: ItemText): Promise<readonly unknown[]> {
    if (rest === null) throw new PayloadTooLargeError();
    const value = rest.trim() === '' ? undefined : await parseLargeJson(rest);
    if (Array.isArray(value)) return value as readonly unknown[];
    if (isJsonObject(value) && !Object.hasOwn(value, 'chats') && (isJsonObject(value.chat) || convertItem(value)))
      return [value];
    return this.validate(value, ImportChatsRequest).chats;
  }

  private check(value: unknown): ImportChatRequest {
    return this.validate(value, ImportChatRequest);
  }

  private validate<T extends object>(value: unknown, metatype: new () => T): T {
    return this.validation.transform(value, { type: 'body', metatype }) as T;
  }

  private async *load(ids: readonly string[]): AsyncGenerator<JsonText> {
    for await (const chats of this.reader.read(ids)) for (const chat of chats) yield toJsonPieces(chat);
  }
}

const toItem = ({ chat, createdAt, updatedAt, isArchived, isPinned, project, tags }: ConvertedChat): ImportItem => ({
  chat,
  created_at: createdAt,
  updated_at: updatedAt,
  archived: isArchived,
  pinned: isPinned,
  project,
  tags,
});

/** Locates the issues at the index of the item. */
function at(index: number, error: AppError): AppError {
  if (!(error instanceof ValidationError)) return error;
  return new ValidationError(
    error.issues.map(({ loc: [source = 'body', ...path], ...issue }) => ({
      ...issue,
      loc: [source, 'chats', index, ...path],
    })),
  );
}

/** The contract's error when nothing was imported. */
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
    .map(({ loc, msg, ctx }) => `${loc.join('.')}: ${msg}${typeof ctx?.error === 'string' ? ` (${ctx.error})` : ''}`)
    .join('; ')
    .slice(0, MAX_DETAIL);
}

/** JSON as a header value. */
const ascii = (json: string): string =>
  json.replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

import { StreamableFile } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Express, RequestHandler, Response } from 'express';
import { AnswerStream } from './answer-stream';
import { AnswerWithCookies } from './answer-with-cookies';
import { createExpressServer } from './express-server';
import { FileAnswer } from './file-answer';
import { sendJson } from './send-json';
import { TaggedJson } from './tagged-json';
import { TextAnswer } from './text-answer';
import { unmatchedRoute, type Layer } from './unmatched-route';
import { Versioned } from './versioned';

/** Answers that know how they are sent. */
type Sender = AnswerStream | AnswerWithCookies<unknown> | FileAnswer | TaggedJson | TextAnswer;
const SENDERS = [AnswerStream, AnswerWithCookies, FileAnswer, TaggedJson, TextAnswer];

const isSender = (body: unknown): body is Sender => SENDERS.some((type) => body instanceof type);

/** Express with the two answers that clients of the contract expect and Nest gives otherwise. */
export class JsonExpressAdapter extends ExpressAdapter {
  constructor(
    /** Tried before a request that no route took is refused. */
    private readonly pages: RequestHandler,
  ) {
    super();
  }

  /** Every value that a handler returns is JSON, bare ones too (`true`, `null`, `"text"`). */
  override reply(response: Response, body: unknown, statusCode?: number): unknown {
    if (isSender(body)) return body.sendTo(response);
    if (body instanceof StreamableFile || body === undefined) return super.reply(response, body, statusCode);
    if (statusCode !== undefined) response.status(statusCode);
    if (body instanceof Versioned) return body.sendTo(response);
    return sendJson(response, body);
  }

  override initHttpServer(): void {
    this.httpServer = createExpressServer(this.getInstance<Express>());
  }

  override setNotFoundHandler(): unknown {
    const { router } = this.getInstance<Express>();
    this.use(this.pages);
    return this.use(unmatchedRoute(() => router.stack as unknown as Layer[]));
  }
}

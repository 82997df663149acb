import type { JsonObject } from '../../../src/common/util/json';
import { FakeServer, type Answer, type Handler, type RecordedRequest } from './fake-server';
import { scriptedAnswer } from './openai-answers';

export type { Handler, RecordedRequest };

/** A local OpenAI-compatible server: start one per test file, script it per test, look at what it received. */
export class FakeOpenAiServer extends FakeServer {
  /** Ids of `GET /models`; names and owners are made up. */
  models: string[] = ['fake-small', 'fake-large'];
  /** Takes over `GET /models`. */
  onModels: Handler | undefined;
  /** Takes over `POST /chat/completions`; default: `scriptedAnswer`. */
  onChat: Handler | undefined;
  /** Takes over every other path; default: 404. */
  onOther: Handler | undefined;

  static start(port = 0): Promise<FakeOpenAiServer> {
    return new FakeOpenAiServer('/v1').listen(port);
  }

  /** As `nextRequest`, for completions: model lists are fetched at any time. */
  nextChat(): Promise<RecordedRequest> {
    return this.nextRequest('/chat/completions');
  }

  /** Forgets requests and scripts. */
  reset(): void {
    this.requests.length = 0;
    this.models = ['fake-small', 'fake-large'];
    this.onModels = this.onChat = this.onOther = undefined;
  }

  protected answer(request: RecordedRequest): Answer | Promise<Answer> {
    const path = request.path.split('?', 1)[0];
    if (path === '/models') return this.onModels?.(request) ?? { json: this.modelList() };
    if (path === '/chat/completions') return (this.onChat ?? scriptedAnswer)(request);
    return this.onOther?.(request) ?? { status: 404, json: { error: { message: `No route ${path}` } } };
  }

  private modelList(): JsonObject {
    const data = this.models.map((id) => ({ id, object: 'model', created: 1_700_000_000, owned_by: 'fake' }));
    return { object: 'list', data };
  }
}

import { FakeServer, type Answer, type Handler, type RecordedRequest } from './fake-server';

/** Stands in for any extraction engine; each test scripts its answers. */
export class ExtractionServer extends FakeServer {
  handler: Handler = () => ({ status: 404, json: {} });

  static start(): Promise<ExtractionServer> {
    return new ExtractionServer('').listen(0);
  }

  protected answer(request: RecordedRequest): Answer | Promise<Answer> {
    return this.handler(request);
  }
}

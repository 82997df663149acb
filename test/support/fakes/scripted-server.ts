import { FakeServer, type Answer, type Handler, type RecordedRequest } from './fake-server';

/** A server whose answers each test writes; without a script, 404 to everything. */
export class ScriptedServer extends FakeServer {
  script: Handler = () => ({ status: 404, json: { detail: 'Not Found' } });

  static start(): Promise<ScriptedServer> {
    return new ScriptedServer('').listen(0);
  }

  protected answer(request: RecordedRequest): Answer | Promise<Answer> {
    return this.script(request);
  }
}

import { FakeServer, type Answer, type RecordedRequest } from './fake-server';

const taken: Answer = { json: {} };

/** A service that is told of things. It takes everything, until a test says otherwise. */
export class WebhookReceiver extends FakeServer {
  answerTo: (message: string) => Answer = () => taken;

  static start(): Promise<WebhookReceiver> {
    return new WebhookReceiver('').listen(0);
  }

  /** What it was told with this message, as soon as that is so many times. */
  async told(message: string, times = 1): Promise<RecordedRequest[]> {
    for (;;) {
      const next = this.nextRequest();
      const found = this.requests.filter(({ body }) => body?.message === message);
      if (found.length >= times) return found;
      await next;
    }
  }

  protected answer({ body }: RecordedRequest): Answer {
    return this.answerTo(String(body?.message));
  }
}

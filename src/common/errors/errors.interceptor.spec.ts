import { Logger, type ExecutionContext } from '@nestjs/common';
import { lastValueFrom, of, throwError } from 'rxjs';
import { eventStream, type StreamAnswer } from '../http/answers/stream-answer';
import { ClientGoneError, InternalError, NotFoundError } from './app-error';
import { ErrorsInterceptor } from './errors.interceptor';

const unexpected = new Error('disk full');
const contextOf = (request: object) =>
  ({ getType: () => 'http', switchToHttp: () => ({ getRequest: () => request }) }) as unknown as ExecutionContext;

describe('ErrorsInterceptor', () => {
  const interceptor = new ErrorsInterceptor();
  let log: jest.SpyInstance;
  beforeEach(() => (log = jest.spyOn(Logger.prototype, 'error').mockImplementation()));
  afterEach(() => log.mockRestore());

  const failing = (error: Error, request: object = { destroyed: false, complete: true }) =>
    lastValueFrom(interceptor.intercept(contextOf(request), { handle: () => throwError(() => error) }));

  it('logs an unexpected error once and hides what it says', async () => {
    await expect(failing(unexpected)).rejects.toEqual(new InternalError());
    expect(log.mock.calls).toEqual([[{ err: unexpected }, 'Unexpected error']]);
  });

  it('passes on an expected one', async () => {
    const error = new NotFoundError();
    await expect(failing(error)).rejects.toBe(error);
    expect(log).not.toHaveBeenCalled();
  });

  it('does not log the failure of an upload that its client aborted', async () => {
    await expect(failing(unexpected, { destroyed: true, complete: false })).rejects.toEqual(new ClientGoneError());
    await expect(failing(unexpected, { destroyed: true, complete: true })).rejects.toEqual(new InternalError());
    expect(log).toHaveBeenCalledTimes(1);
  });

  it('maps the error of a stream that has begun', async () => {
    const seen: unknown[] = [];
    const frames = (async function* (): AsyncGenerator<string> {
      throw unexpected;
    })();
    const stream = eventStream(frames, (error) => String(seen.push(error)));
    const handle = () => of(stream);
    const result = await lastValueFrom(interceptor.intercept(contextOf({ complete: true }), { handle }));
    const response = { writeHead: jest.fn(), flushHeaders: jest.fn(), write: jest.fn(() => true), end: jest.fn() };
    await (result as StreamAnswer).sendTo(response as never);
    expect(seen).toEqual([new InternalError()]);
    expect(log).toHaveBeenCalledTimes(1);
  });
});

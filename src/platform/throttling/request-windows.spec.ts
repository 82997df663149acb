import { RequestWindows } from './request-windows';

const TTL = 60_000;

describe('RequestWindows', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('blocks beyond the limit until the window ends', async () => {
    const windows = new RequestWindows(null, TTL / 1000);
    expect(await windows.increment('a', TTL, 2)).toMatchObject({ totalHits: 1, isBlocked: false });
    expect(await windows.increment('a', TTL, 2)).toMatchObject({ totalHits: 2, isBlocked: false });
    expect(await windows.increment('a', TTL, 2)).toMatchObject({ isBlocked: true, timeToBlockExpire: 60 });
    expect(await windows.increment('b', TTL, 2)).toMatchObject({ isBlocked: false });
  });

  it('starts anew after the window', async () => {
    const windows = new RequestWindows(null, TTL / 1000);
    await windows.increment('a', TTL, 1);
    expect(await windows.increment('a', TTL, 1)).toMatchObject({ isBlocked: true });
    await jest.advanceTimersByTimeAsync(TTL);
    expect(await windows.increment('a', TTL, 1)).toMatchObject({ totalHits: 1, isBlocked: false });
  });
});

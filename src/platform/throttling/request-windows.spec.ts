import { RequestWindows } from './request-windows';

const TTL = 60_000;

describe('RequestWindows', () => {
  it('blocks beyond the limit until the window ends', async () => {
    const windows = new RequestWindows(null);
    expect(await windows.increment('a', TTL, 2, TTL, '')).toMatchObject({ totalHits: 1, isBlocked: false });
    expect(await windows.increment('a', TTL, 2, TTL, '')).toMatchObject({ totalHits: 2, isBlocked: false });
    expect(await windows.increment('a', TTL, 2, TTL, '')).toMatchObject({ isBlocked: true, timeToBlockExpire: 60 });
    expect(await windows.increment('b', TTL, 2, TTL, '')).toMatchObject({ isBlocked: false });
  });

  it('starts anew after the window', async () => {
    const windows = new RequestWindows(null);
    await windows.increment('a', 0, 1, 0, '');
    expect(await windows.increment('a', 0, 1, 0, '')).toMatchObject({ totalHits: 1, isBlocked: false });
  });

  it('counts by itself when the shared storage does not answer', async () => {
    const windows = new RequestWindows({ increment: () => Promise.reject(new Error('away')) });
    await windows.increment('a', TTL, 1, TTL, '');
    expect(await windows.increment('a', TTL, 1, TTL, '')).toMatchObject({ isBlocked: true });
  });
});

import express from 'express';
import request from 'supertest';
import { shareRedirects } from './share-redirects';

const app = express().use(shareRedirects(), (_, response) => void response.send('next'));

describe('shareRedirects', () => {
  it.each([
    ['/watch?v=dQw4w9WgXcQ', '/?youtube=dQw4w9WgXcQ'],
    ['/api/config/watch?v=abc&x=1', '/?youtube=abc'],
    ['/?shared=hello%20world', '/?q=hello+world'],
    ['/api/config?shared=x', '/?q=x'],
    ['/?shared=https://youtu.be/dQw4w9WgXcQ', '/?youtube=dQw4w9WgXcQ'],
    ['/?shared=https://www.youtube.com/watch%3Fv=dQw4w9WgXcQ', '/?youtube=dQw4w9WgXcQ'],
    ['/?shared=https://example.com/a%20and%20more', '/?load-url=https%3A%2F%2Fexample.com%2Fa'],
    [
      '/?shared=https://youtube.com.evil.test/watch%3Fv=dQw4w9WgXcQ',
      '/?load-url=https%3A%2F%2Fyoutube.com.evil.test%2Fwatch%3Fv%3DdQw4w9WgXcQ',
    ],
    ['/?shared=http://example.com', '/?q=http%3A%2F%2Fexample.com'],
    ['/?shared=%0d%0aSet-Cookie:x', '/?q=%0D%0ASet-Cookie%3Ax'],
  ])('%s leads to %s', async (path, location) => {
    const answer = await request(app).get(path);
    expect([answer.status, answer.headers.location]).toEqual([307, location]);
  });

  it.each(['/watch', '/?shared=', '/?shared=a&shared=b', '/watch?v=', '/'])('%s is left alone', async (path) => {
    expect((await request(app).get(path)).text).toBe('next');
  });

  it('leaves other methods alone', async () => {
    expect((await request(app).post('/?shared=x')).text).toBe('next');
  });
});

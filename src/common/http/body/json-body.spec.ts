import type { IncomingHttpHeaders } from 'node:http';
import express from 'express';
import request from 'supertest';
import { jsonBody, type BodyLimits } from './json-body';

const limitsOf = (anonymous: number, authenticated: number): BodyLimits => ({
  anonymous,
  authenticated,
  maxValues: (path) => (path === '/large' ? 200_000 : 1000),
  isStreamed: () => false,
});
const everybody = () => Promise.resolve(true);
const app = express()
  .use(jsonBody(limitsOf(1000, 1000), everybody))
  .post('/', ({ body }, response) => void response.json([body ?? null]));

const post = (text: string, type = 'application/json') => request(app).post('/').set('Content-Type', type).send(text);

describe('jsonBody', () => {
  it('hands over JSON as it was sent', async () => {
    const text = '{"b":"caf\\u00e9 \\ud83d\\ude00 \\\\u0000","a":[1,null,{"c":true}]}';
    expect((await post(text)).text).toBe(JSON.stringify([JSON.parse(text)]));
  });

  it('removes U+0000 and replaces lone surrogates, in keys too', async () => {
    const { body } = await post('{"a\\u0000":["x\\u0000y",{"z":"\\ud800 \\uDFFF"}]}');
    expect(body).toEqual([{ a: ['xy', { z: '\ufffd \ufffd' }] }]);
  });

  it('removes U+0000 from text that is no JSON', async () => {
    expect((await post('a\0b', 'text/plain')).body).toEqual(['ab']);
  });

  it.each(['{"a":1}', '{"a\\u0000":1}'])('ignores a byte order mark before %s', async (text) => {
    expect((await post(`\ufeff${text}`)).body).toEqual([{ a: 1 }]);
  });

  it('takes an empty body for none', async () => {
    expect((await post(' ')).body).toEqual([null]);
  });

  describe('bounds', () => {
    const isKnown = jest.fn((headers: IncomingHttpHeaders) => Promise.resolve(headers.authorization === 'good'));
    const wide = express()
      .use(jsonBody(limitsOf(10_000, 50_000_000), isKnown))
      .post(['/', '/large'], (_, response) => void response.json(true))
      .use((error: { status: number }, _: express.Request, response: express.Response, _next: express.NextFunction) => {
        response.sendStatus(error.status);
      });
    const send = (text: string, credentials = 'good', path = '/') =>
      request(wide).post(path).type('json').set('Authorization', credentials).send(text);
    const deep = (depth: number, inner = '1') => `${'['.repeat(depth)}${inner}${']'.repeat(depth)}`;

    it.each([
      ['as deep as clients ever send', deep(500), 200],
      ['and with what has to be cleaned', deep(500, '"\\u0000"'), 200],
      ['too deep for what walks it', deep(5000), 422],
      ['much too deep', deep(200_000, '"\\u0000"'), 422],
      ['more values than memory holds', `[${'{},'.repeat(2_000_000)}1]`, 422],
      ['as many brackets in a text', JSON.stringify(`\\"${'[{,'.repeat(2_000_000)}`), 200],
    ])('%s', async (_, text, status) => {
      expect((await send(text)).status).toBe(status);
    });

    it('bounds the values by path', async () => {
      const body = (count: number) => JSON.stringify(Array(count).fill(0));
      expect((await send(body(999))).status).toBe(200);
      expect((await send(body(1200))).status).toBe(422);
      expect((await send(body(199_000), 'good', '/large')).status).toBe(200);
      expect((await send(body(201_000), 'good', '/large')).status).toBe(422);
    });

    it('large bodies that come together wait for each other, and none is lost', async () => {
      const small = express()
        .use(jsonBody(limitsOf(10, 50_000), everybody))
        .post('/', ({ body }, response) => void response.json((body as string).length));
      const sizes = [30_000, 40_000, 45_000, 20_000, 49_000];
      const answers = await Promise.all(
        sizes.map((size) =>
          request(small)
            .post('/')
            .type('json')
            .send(JSON.stringify('x'.repeat(size))),
        ),
      );
      expect(answers.map(({ body }) => body as number)).toEqual(sizes);
      const tooLarge = await request(small)
        .post('/')
        .type('json')
        .send(JSON.stringify('x'.repeat(60_000)));
      expect(tooLarge.status).toBe(413);
      expect((await request(small).post('/').type('json').send('"still read"')).body).toBe(10);
    });

    it('a large body is for callers whose credentials are good, not for all who send some', async () => {
      const large = JSON.stringify('x'.repeat(20_000));
      expect((await send(large)).status).toBe(200);
      expect((await send(large, 'bad')).status).toBe(413);
      const chunked = request(wide).post('/').type('json').set('Authorization', 'bad');
      chunked.write(large);
      expect((await chunked).status).toBe(413);
    });

    it('credentials are not looked at for a small one', async () => {
      isKnown.mockClear();
      expect((await send('{}', 'bad')).status).toBe(200);
      expect(isKnown).not.toHaveBeenCalled();
    });
  });
});

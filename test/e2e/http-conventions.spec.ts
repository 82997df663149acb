import request from 'supertest';
import { startTestApp, type TestApp } from '../support/app';

const ORIGIN = 'https://other.example';
const PROTECTED = '/api/v1/prompts/create';

describe('HTTP conventions', () => {
  let app: TestApp;
  const http = () => request(app.url);

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app.close());

  describe('paths', () => {
    it.each(['/api/v1/nothing', '/api/nothing', '/ollama/nothing', '/ws/nothing', '/nothing.js'])(
      'GET %s is unknown: 404 as JSON',
      async (path) => {
        const { status, body, type } = await http().get(path);
        expect({ status, body, type }).toEqual({
          status: 404,
          body: { detail: 'Not Found', ...(path.startsWith('/ollama/') && { error: 'Not Found' }) },
          type: 'application/json',
        });
      },
    );

    it('HEAD of an unknown path is 404 without a body', async () => {
      const { status, text } = await http().head('/api/v1/nothing');
      expect({ status, text }).toEqual({ status: 404, text: undefined });
    });

    it('another method on an unknown path is 405', async () => {
      const { status, body, headers } = await http().post('/api/v1/nothing');
      expect({ status, body, allow: headers.allow }).toEqual({
        status: 405,
        body: { detail: 'Method Not Allowed' },
        allow: undefined,
      });
    });

    it('another method on a known path is 405 and names the methods', async () => {
      const { status, body, headers } = await http().delete('/health');
      expect({ status, body, allow: headers.allow }).toEqual({
        status: 405,
        body: { detail: 'Method Not Allowed' },
        allow: 'GET, HEAD',
      });
      expect((await http().get(PROTECTED)).headers.allow).toBe('POST');
    });

    it('a broken percent-encoding is refused, not a failure of the server', async () => {
      expect((await http().get('/api/v1/chats/%E0%A4%A')).status).toBe(400);
    });

    it('both slash forms are one path', async () => {
      expect((await http().get('/health/')).body).toEqual({ status: true });
      expect((await http().post(`${PROTECTED}/`).send({})).status).toBe(401);
    });

    it('HEAD of a GET route answers its headers alone', async () => {
      const { status, headers, text } = await http().head('/health');
      expect({ status, type: headers['content-type'], text }).toEqual({
        status: 200,
        type: 'application/json',
        text: undefined,
      });
    });
  });

  describe('bodies', () => {
    it.each(['get', 'delete'] as const)('an empty JSON body with %s is none', async (method) => {
      const answer = await http()[method]('/api/v1/auths/').set('Content-Type', 'application/json');
      expect(answer.status).toBe(method === 'get' ? 401 : 405);
    });

    it('broken JSON is reported before missing credentials', async () => {
      const { status, body } = await http().post(PROTECTED).set('Content-Type', 'application/json').send('{"a": ');
      expect(status).toBe(422);
      expect(body.detail).toEqual([
        {
          type: 'json_invalid',
          loc: ['body', 6],
          msg: 'JSON decode error',
          input: {},
          ctx: { error: 'Expecting value' },
        },
      ]);
    });

    it('missing credentials are reported before invalid fields', async () => {
      expect((await http().post(PROTECTED).send({})).status).toBe(401);
    });

    it('a refusal repeats little of a body, and a body has a limited number of values', async () => {
      const send = (body: object) => http().post('/api/v1/auths/signin').send(body);
      const large = await send({ text: 'x'.repeat(900_000) });
      expect(large.status).toBe(422);
      expect(large.text.length).toBeLessThan(1000);
      const many = await send(Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [index, 0])));
      expect(many).toMatchObject({ status: 422, body: { detail: [{ ctx: { error: 'Too many values' } }] } });
    });

    it('an anonymous client may send 1 MB, not more', async () => {
      const body = (size: number) => JSON.stringify({ text: 'x'.repeat(size) });
      const send = (text: string) => http().post(PROTECTED).set('Content-Type', 'application/json').send(text);
      expect((await send(body(1_000_000))).status).toBe(401);
      const { status, body: answer } = await send(body(1_100_000));
      expect({ status, answer }).toEqual({ status: 413, answer: { detail: 'Request body too large' } });
    });
  });

  describe('headers', () => {
    it('gives every answer an id, and takes over a harmless one', async () => {
      const given = await http().get('/health').set('X-Request-Id', 'abc-1.2_3');
      expect(given.headers['x-request-id']).toBe('abc-1.2_3');
      const made = await http().get('/health').set('X-Request-Id', 'a b"c');
      expect(made.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      const broken = await http().post(PROTECTED).set('Content-Type', 'application/json').send('{');
      expect(broken.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    });

    it.each([
      ['an answer', () => http().get('/health')],
      ['an unknown path', () => http().get('/api/nothing')],
      ['a refused body', () => http().post(PROTECTED).set('Content-Type', 'application/json').send('{')],
      ['missing credentials', () => http().post(PROTECTED).send({})],
    ])('tells the time of %s in whole seconds', async (_, send) => {
      expect((await send()).headers['x-process-time']).toBe('0');
    });

    it('protects answers from browsers', async () => {
      const { headers } = await http().get('/api/nothing');
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toBe('SAMEORIGIN');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['strict-transport-security']).toBeUndefined();
      expect(headers['content-security-policy']).toBe(
        "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'self'",
      );
    });

    it('compresses long answers and leaves short ones', async () => {
      const long = await http().get('/openapi.json').set('Accept-Encoding', 'gzip');
      expect(long.headers['content-encoding']).toBe('gzip');
      expect(long.headers.vary).toContain('Accept-Encoding');
      expect(long.body).toHaveProperty('openapi');
      const short = await http().get('/health').set('Accept-Encoding', 'gzip');
      expect(short.headers['content-encoding']).toBeUndefined();
    });
  });

  describe('explorer', () => {
    it('serves the page with a policy that admits its own scripts only', async () => {
      const { status, type, headers } = await http().get('/docs');
      expect({ status, type }).toEqual({ status: 200, type: 'text/html' });
      expect(headers['content-security-policy']).toContain("script-src 'self';");
      expect(headers['content-security-policy']).not.toContain('unsafe-eval');
    });

    it('knows both ways to sign in', async () => {
      const { body } = await http().get('/openapi.json');
      expect(Object.keys(body.components.securitySchemes as object)).toEqual(['bearer', 'api-key']);
      expect(body.paths).toHaveProperty(['/health']);
    });
  });

  describe('cross-origin requests, any origin', () => {
    it('are admitted without credentials', async () => {
      const { headers } = await http().get('/health').set({ Origin: ORIGIN, Cookie: 'a=b' });
      expect(headers['access-control-allow-origin']).toBe('*');
      expect(headers['access-control-allow-credentials']).toBeUndefined();
    });

    it('are admitted on errors too', async () => {
      const { headers } = await http().post(PROTECTED).set({ Origin: ORIGIN }).send('{');
      expect(headers['access-control-allow-origin']).toBe('*');
    });

    it('are announced by a preflight', async () => {
      const { status, text, headers } = await preflight(app, ORIGIN, 'DELETE').set(
        'Access-Control-Request-Headers',
        'authorization,x-foo',
      );
      expect({ status, text }).toEqual({ status: 200, text: 'OK' });
      expect(headers).toMatchObject({
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT',
        'access-control-allow-headers': 'authorization,x-foo',
        'access-control-max-age': '600',
        vary: expect.stringContaining('Origin') as string,
      });
      expect(headers['x-process-time']).toBeUndefined();
    });

    it('OPTIONS that is no preflight is like any other method', async () => {
      expect((await http().options('/health')).status).toBe(405);
      expect((await http().options('/health').set('Origin', ORIGIN)).status).toBe(405);
    });
  });
});

describe('cross-origin requests, listed origins', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ CORS_ALLOW_ORIGIN: 'https://a.example;https://b.example/' });
  });

  afterAll(() => app.close());

  it('a listed origin may send credentials', async () => {
    const { headers } = await request(app.url).get('/health').set('Origin', 'https://b.example');
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'https://b.example',
      'access-control-allow-credentials': 'true',
      vary: expect.stringContaining('Origin') as string,
    });
  });

  it('another origin gets no permission', async () => {
    const { status, headers } = await request(app.url).get('/health').set('Origin', 'https://c.example');
    expect(status).toBe(200);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each([
    ['https://a.example', 'POST', 200, 'OK'],
    ['https://c.example', 'POST', 400, 'Disallowed CORS origin'],
    ['null', 'POST', 400, 'Disallowed CORS origin'],
    ['https://a.example.evil', 'POST', 400, 'Disallowed CORS origin'],
    ['https://a.example', 'BREW', 400, 'Disallowed CORS method'],
  ])('preflight from %s for %s: %i %s', async (origin, method, status, text) => {
    const answer = await preflight(app, origin, method);
    expect([answer.status, answer.text]).toEqual([status, text]);
  });
});

describe('headers from the environment', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({
      TRUST_PROXY: '1',
      CACHE_CONTROL: 'private, max-age=5',
      PERMISSIONS_POLICY: 'camera=(self),usb=()',
      REFERRER_POLICY: 'everything',
      XFRAME_OPTIONS: 'DENY',
      CONTENT_SECURITY_POLICY: 'anything at all',
    });
  });

  afterAll(() => app.close());

  it('go over the defaults; an invalid value is replaced', async () => {
    const { headers } = await request(app.url).get('/health');
    expect(headers).toMatchObject({
      'cache-control': 'private, max-age=5',
      'permissions-policy': 'camera=(self),usb=()',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'content-security-policy': 'anything at all',
    });
  });

  it('HTTPS behind the trusted proxy is pinned', async () => {
    const { headers } = await request(app.url).get('/health').set('X-Forwarded-Proto', 'https');
    expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
  });
});

const preflight = (app: TestApp, origin: string, method: string) =>
  request(app.url).options('/api/v1/anything').set({ Origin: origin, 'Access-Control-Request-Method': method });

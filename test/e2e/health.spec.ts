import request from 'supertest';
import { OpenRequests } from '../../src/platform/observability/open-requests';
import { startTestApp, type TestApp } from '../support/app';

describe('health', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app.close());

  it.each(['/health', '/health/db'])('GET %s', async (path) => {
    const { status, body } = await request(app.url).get(path);
    expect({ status, body }).toEqual({ status: 200, body: { status: true } });
  });

  describe('GET /ready', () => {
    it('names the parts that answered', async () => {
      const { status, body } = await request(app.url).get('/ready');
      expect({ status, body }).toEqual({
        status: 200,
        body: { status: true, parts: ['server', 'database', 'migrations'] },
      });
    });

    it('refuses from the begin of a shutdown', async () => {
      await app.get(OpenRequests).drain(0);
      const { status, body } = await request(app.url).get('/ready');
      expect({ status, body }).toEqual({ status: 503, body: { detail: 'Not ready: server' } });
    });
  });

  it('GET /metrics does not exist unless enabled', async () => {
    expect((await request(app.url).get('/metrics')).status).toBe(404);
  });
});

describe('GET /metrics', () => {
  it('answers this machine when no token is configured', async () => {
    const app = await startTestApp({ ENABLE_METRICS: 'true', TRUST_PROXY: '1' });
    const { status, text, headers } = await request(app.url).get('/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('text/plain');
    expect(text).toContain('process_resident_memory_bytes');
    const foreign = await request(app.url).get('/metrics').set('X-Forwarded-For', '203.0.113.9');
    expect(foreign.status).toBe(401);
    await app.close();
  });

  it('answers the holder of the token', async () => {
    const app = await startTestApp({ ENABLE_METRICS: 'true', METRICS_TOKEN: 'scrape' });
    const scrape = (token: string) => request(app.url).get('/metrics').set('Authorization', `Bearer ${token}`);
    expect([(await scrape('scrape')).status, (await scrape('other')).status]).toEqual([200, 401]);
    await app.close();
  });
});

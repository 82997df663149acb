import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Env } from '../../src/platform/env/env';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { api } from '../support/http';

/** Node's client asks around caches when it sends validators of ours, unless it is told how. */
const AGAIN = { 'cache-control': 'max-age=0' };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'confab-web-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), text);
}

describe('without a front end', () => {
  let app: TestApp;
  let admin: TestUser;
  let user: TestUser;
  const get = (path: string, headers: Record<string, string> = {}) => api(app.url).get(path, { headers });

  beforeAll(async () => {
    await mkdir(join(folder, "it's data"));
    app = await startTestApp({ WEBUI_NAME: 'Chat & <more>', DATA_DIR: join(folder, "it's data") });
    admin = await asUser(app, 'admin');
    user = await asUser(app);
  });

  afterAll(() => app.close());

  describe('GET /', () => {
    it('is a page about this server, which runs nothing but its own script', async () => {
      const { status, body, headers } = await get('/');
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(headers.get('content-security-policy')).toContain("script-src 'self'");
      for (const link of ['/docs', '/openapi.json', '/start.js', '/start.css']) expect(body).toContain(`"${link}"`);
      for (const path of ['/start.js', '/start.css']) expect((await get(path)).status).toBe(200);
    });

    it('is the only page: an unknown path is an error in JSON', async () => {
      for (const path of ['/c/some-chat', '/api/nothing', '/nothing.js']) {
        const { status, body } = await get(path);
        expect([status, body]).toMatchObject([404, { detail: 'Not Found' }]);
      }
    });
  });

  describe('GET /static/*', () => {
    it.each([
      ['favicon.png', 'image/png'],
      ['favicon-96x96.png', 'image/png'],
      ['favicon.svg', 'image/svg+xml'],
      ['favicon.ico', 'image/vnd.microsoft.icon'],
      ['favicon-dark.png', 'image/png'],
      ['apple-touch-icon.png', 'image/png'],
      ['splash.png', 'image/png'],
      ['splash-dark.png', 'image/png'],
      ['logo.png', 'image/png'],
      ['user.png', 'image/png'],
      ['user-import.csv', 'text/csv; charset=utf-8'],
      ['loader.js', 'text/javascript; charset=utf-8'],
      ['custom.css', 'text/css; charset=utf-8'],
      ['web-app-manifest-192x192.png', 'image/png'],
      ['web-app-manifest-512x512.png', 'image/png'],
      ['site.webmanifest', 'application/manifest+json; charset=utf-8'],
    ])('%s is there, as %s', async (name, type) => {
      const { status, headers } = await get(`/static/${name}`);
      expect([status, headers.get('content-type')]).toEqual([200, type]);
      expect(headers.get('etag')).toBeTruthy();
      expect(headers.get('last-modified')).toBeTruthy();
    });

    it('answers ranges, and "not modified"', async () => {
      const whole = await get('/static/favicon.png');
      const part = await get('/static/favicon.png', { range: 'bytes=0-3' });
      expect([part.status, part.headers.get('content-length')]).toEqual([206, '4']);
      expect(
        (await get('/static/favicon.png', { ...AGAIN, 'if-none-match': whole.headers.get('etag') ?? '' })).status,
      ).toBe(304);
    });

    it.each(['/static/', '/static/nothing.png', '/static/..%2f..%2fpackage.json', '/static/%2e%2e/start/index.html'])(
      '%s is not there',
      async (path) => {
        expect((await get(path)).status).toBe(404);
      },
    );
  });

  describe('GET /manifest.json', () => {
    it('names the installation', async () => {
      const { body } = await get('/manifest.json');
      expect(body).toMatchObject({
        name: 'Chat & <more>',
        short_name: 'Chat & <more>',
        start_url: '/',
        display: 'standalone',
        icons: [{ src: '/static/logo.png', purpose: 'any' }, { purpose: 'maskable' }],
        share_target: { action: '/', method: 'GET', params: { text: 'shared' } },
      });
    });
  });

  describe('GET /opensearch.xml', () => {
    it('is XML that names the installation and the origin of the request', async () => {
      const { body, headers } = await get('/opensearch.xml');
      expect(headers.get('content-type')).toBe('application/xml');
      expect(body).toMatch(/^<OpenSearchDescription /);
      expect(body).toContain('<ShortName>Chat &amp; &lt;more&gt;</ShortName>');
      expect(body).toContain(`template="${app.url}/?q={searchTerms}"`);
    });
  });

  describe('GET /cache/*', () => {
    const file = (path: string) => user.api.get(`/cache/${path}`);

    beforeAll(async () => {
      const { dataDir } = app.get(Env);
      await mkdir(join(dataDir, 'cache/image'), { recursive: true });
      await mkdir(join(dataDir, 'cache-old'), { recursive: true });
      await writeFile(join(dataDir, 'cache/image/a.png'), 'picture');
      await writeFile(join(dataDir, 'cache/page.html'), '<script>alert(1)</script>');
      await writeFile(join(dataDir, 'cache/.hidden'), 'x');
      await writeFile(join(dataDir, 'cache-old/secret.txt'), 'secret');
    });

    it('sends files, and parts of them', async () => {
      const { status, headers } = await file('image/a.png');
      expect([status, headers.get('content-type'), headers.get('content-disposition')]).toEqual([
        200,
        'image/png',
        null,
      ]);
      const part = await user.api.get('/cache/image/a.png', { headers: { range: 'bytes=0-2' } });
      expect([part.status, part.body]).toEqual([206, 'pic']);
      expect((await user.api.get('/cache/image/a.png', { headers: { range: 'bytes=99-' } })).status).toBe(416);
    });

    it('lets no browser run one', async () => {
      const { headers } = await file('page.html');
      expect(headers.get('content-disposition')).toBe('attachment');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    });

    it.each([
      'nothing.png',
      'image',
      'image/',
      '.hidden',
      '..%2fcache-old%2fsecret.txt',
      '%2e%2e%2fcache-old/secret.txt',
      '..%5ccache-old%5csecret.txt',
      '%2fetc%2fpasswd',
    ])('%s is not found', async (path) => {
      const { status, body } = await file(path);
      expect([status, body]).toEqual([404, { detail: 'File not found' }]);
    });

    it('is for verified accounts', async () => {
      expect((await get('/cache/image/a.png')).status).toBe(401);
      const pending = await asUser(app, 'pending');
      expect((await pending.api.get('/cache/image/a.png')).status).toBe(401);
      expect((await get('/cache/image/a.png', { cookie: `token=${user.token}` })).status).toBe(200);
    });
  });

  describe('GET /api/v1/configs/checklist', () => {
    it('shows administrators the remaining steps, with the next command', async () => {
      const { body } = await admin.api.get('/api/v1/configs/checklist');
      const states = Object.fromEntries(body.items.map(({ id, state }: { id: string; state: string }) => [id, state]));
      expect(states).toEqual({
        database: 'done',
        secret: 'done',
        provider: 'todo',
        embedding: 'absent',
        storage: 'done',
      });
      for (const { state, command } of body.items) if (state === 'todo') expect(command).toMatch(/\S/);
    });

    it('quotes paths in commands', async () => {
      const { body } = await admin.api.get('/api/v1/configs/checklist');
      const { command } = body.items.find(({ id }: { id: string }) => id === 'secret');
      expect(command).toBe(`cp '${folder}/it'\\''s data/secret.key' /a/safe/place/`);
    });

    it('refuses all others', async () => {
      expect((await user.api.get('/api/v1/configs/checklist')).status).toBe(401);
      expect((await get('/api/v1/configs/checklist')).status).toBe(401);
    });
  });
});

describe('with a front end', () => {
  let app: TestApp;
  const get = (path: string, headers: Record<string, string> = {}) => api(app.url).get(path, { headers });

  beforeAll(async () => {
    await write('build/index.html', '<!doctype html><title>client</title>');
    await write('build/_app/immutable/chunks/a.js', 'export {};');
    await write('build/assets/index-B1x9AbcD.css', 'a{}');
    await write('build/themes/plain.css', 'a{}');
    await write('build/_app/version.json', '{"version":"1"}');
    await write('build/static/favicon.png', 'of the client');
    await write('static/logo.png', 'of the administrator');
    await write('outside.txt', 'secret');
    app = await startTestApp({ FRONTEND_BUILD_DIR: join(folder, 'build'), STATIC_DIR: join(folder, 'static') });
  });

  afterAll(() => app.close());

  it.each(['/', '/c/some-chat', '/auth?redirect=x', '/watch', '/admin/settings'])('%s is its page', async (path) => {
    const { status, body, headers } = await get(path);
    expect([status, body]).toEqual([200, '<!doctype html><title>client</title>']);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('content-security-policy')).toBe("base-uri 'self'; frame-ancestors 'self'");
  });

  it.each(['/api/nothing', '/api/v1/nothing', '/ollama/nothing', '/static/nothing.png', '/oauth/x'])(
    '%s is an error in JSON',
    async (path) => {
      const { status, body } = await get(path);
      expect([status, body]).toMatchObject([404, { detail: 'Not Found' }]);
    },
  );

  it.each(['/nothing.js', '/_app/immutable/chunks/gone.js', '/assets/gone-B1x9AbcD.css'])(
    '%s is missing, so that an open page notices a new build',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it('keeps for ever what never changes, and asks for everything else again', async () => {
    const cached = async (path: string) => (await get(path)).headers.get('cache-control');
    const forever = 'public, max-age=31536000, immutable';
    expect(await cached('/_app/immutable/chunks/a.js')).toBe(forever);
    expect(await cached('/assets/index-B1x9AbcD.css')).toBe(forever);
    expect(await cached('/themes/plain.css')).toBe('no-cache');
    expect(await cached('/_app/version.json')).toBe('no-cache');
  });

  it('answers ranges, HEAD and "not modified"', async () => {
    const part = await get('/assets/index-B1x9AbcD.css', { range: 'bytes=0-0' });
    expect([part.status, part.body]).toEqual([206, 'a']);
    const head = await api(app.url).request('HEAD', '/c/some-chat');
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const etag = (await get('/themes/plain.css')).headers.get('etag') ?? '';
    expect((await get('/themes/plain.css', { ...AGAIN, 'if-none-match': etag })).status).toBe(304);
  });

  it('leaves writing methods alone', async () => {
    expect((await api(app.url).delete('/c/some-chat')).status).toBe(405);
  });

  it.each(['/..%2foutside.txt', '/%2e%2e%2foutside.txt', '/assets/..%5c..%5c..%5coutside.txt'])(
    '%s leaves the folder nowhere',
    async (path) => {
      expect(JSON.stringify((await get(path)).body)).not.toContain('secret');
    },
  );

  it('takes static files of the administrator, of the client, and its own, in this order', async () => {
    expect((await get('/static/logo.png')).body).toBe('of the administrator');
    expect((await get('/static/favicon.png')).body).toBe('of the client');
    expect((await get('/static/user.png')).status).toBe(200);
  });
});

describe('with headers of the environment', () => {
  it('sends them with the page, but lets what never changes be kept', async () => {
    await write('build/index.html', 'x');
    await write('build/_app/immutable/a.js', 'x');
    const env = { CACHE_CONTROL: 'no-store', CONTENT_SECURITY_POLICY: "default-src 'self'" };
    const app = await startTestApp({ FRONTEND_BUILD_DIR: join(folder, 'build'), ...env });
    const page = await api(app.url).get('/');
    const chunk = await api(app.url).get('/_app/immutable/a.js');
    await app.close();
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('content-security-policy')).toBe("default-src 'self'");
    expect(chunk.headers.get('cache-control')).toContain('immutable');
  });
});

describe('FRONTEND_BUILD_DIR without a page', () => {
  it('stops the start', () => {
    const source = { FRONTEND_BUILD_DIR: join(folder, 'nothing') };
    expect(() => new Env(source)).toThrow(/FRONTEND_BUILD_DIR=.*nothing.*index\.html/);
  });
});

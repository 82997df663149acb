import { RenderingService } from '../../src/modules/rendering/rendering.service';
import { WorkersService } from '../../src/platform/workers/workers.service';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { api } from '../support/http';
import { pdfText } from '../support/pdf-text';

let app: TestApp;
let admin: TestUser;
let user: TestUser;
let pending: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  admin = await asUser(app, 'admin');
  user = await asUser(app);
  pending = await asUser(app, 'pending');
});

afterAll(() => app.close());

describe('GET /api/v1/utils/gravatar', () => {
  it('is the address by the hash of the trimmed, lower-case e-mail address', async () => {
    const { body } = await user.api.get('/api/v1/utils/gravatar?email=%20Ada@Example.com');
    expect(body).toBe(
      'https://www.gravatar.com/avatar/b5fc85e55755f9e0d030a10ab4429b6b2944855f9a0d60077fe832becbc41d72?d=mp',
    );
  });

  it('requires an address and a verified account', async () => {
    expect((await user.api.get('/api/v1/utils/gravatar')).status).toBe(422);
    expect((await pending.api.get('/api/v1/utils/gravatar?email=x')).status).toBe(401);
    expect((await api(app.url).get('/api/v1/utils/gravatar?email=x')).status).toBe(401);
  });
});

describe('POST /api/v1/utils/markdown', () => {
  const render = async (md: string) => (await user.api.post('/api/v1/utils/markdown', { md })).body.html;

  it('renders classic Markdown', async () => {
    expect(await render('# T\n\n*a* **b** `c`\n\n- x\n- y\n')).toBe(
      '<h1>T</h1>\n<p><em>a</em> <strong>b</strong> <code>c</code></p>\n<ul>\n<li>x</li>\n<li>y</li>\n</ul>',
    );
    expect(await render('| a | b |\n|---|---|\n')).not.toContain('<table');
  });

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[a](javascript:alert(1))',
    '<a href="java&#10;script:alert(1)">x</a>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<svg onload=alert(1)>',
    '<style>*{}</style>',
    '![x](data:text/html;base64,PHNjcmlwdD4=)',
    '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
  ])('leaves nothing that a browser would run of %s', async (md) => {
    expect(await render(md)).not.toMatch(
      /<(?:script|svg|style|iframe)|\son\w+=|(?:href|src)="\s*(?:javascript|data):/i,
    );
  });

  it('keeps harmless HTML', async () => {
    expect(await render('<b>x</b> <img src="/static/logo.png" alt="y">')).toBe(
      '<p><b>x</b> <img src="/static/logo.png" alt="y" /></p>',
    );
  });

  it('requires a text of a moderate length, and a verified account', async () => {
    expect((await user.api.post('/api/v1/utils/markdown', { text: 'x' })).status).toBe(422);
    expect((await user.api.post('/api/v1/utils/markdown', { md: 'x'.repeat(1_000_001) })).status).toBe(413);
    expect((await pending.api.post('/api/v1/utils/markdown', { md: 'x' })).status).toBe(401);
    expect((await api(app.url).post('/api/v1/utils/markdown', { md: 'x' })).status).toBe(401);
  });

  it('gives up what takes too long', async () => {
    const workers = new WorkersService();
    const open = workers.open.bind(workers);
    workers.open = (path, options) => open(path, { ...options, milliseconds: 1 });
    await expect(new RenderingService(workers).renderMarkdown('> '.repeat(100_000))).rejects.toThrow('too long');
  });
});

describe('POST /api/v1/utils/pdf', () => {
  const print = (body: unknown, token = user.token) =>
    fetch(`${app.url}/api/v1/utils/pdf`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('prints a chat in every script, as text that can be found', async () => {
    const texts = [
      'English, Ünïcödé, Ελληνικά, Кириллица, Tiếng Việt',
      'हिन्दी বাংলা தமிழ் తెలుగు ಕನ್ನಡ മലയാളം ગુજરાતી ਪੰਜਾਬੀ සිංහල',
      'ไทย ລາວ ខ្មែរ မြန်မာ ქართული Հայերեն አማርኛ',
      '中文 漢字 日本語 カタカナ 한국어',
      '→ ≤ ∑ √ ✓ ✗ 😀',
      'العربية עברית',
    ];
    const answer = await print({ title: 'Scripts', messages: texts.map((content) => ({ role: 'user', content })) });
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition')]).toEqual([
      200,
      'application/pdf',
      'attachment;filename=chat.pdf',
    ]);
    const text = await pdfText(await answer.arrayBuffer());
    expect(text).toContain('Scripts');
    // What readers extract differs in the order of joined letters: every letter has to be there.
    for (const letter of texts.join('').replace(/[\p{M}\s]/gu, '')) expect(text).toContain(letter);
    expect(text).not.toContain('□');
  });

  it('shows markup as text, a box for what no font has, and fetches nothing', async () => {
    const content = '<b>bold</b> <img src="http://127.0.0.1:9/x.png"> ![x](file:///etc/passwd) \u{10330}';
    const text = await pdfText(
      await (await print({ title: '<i>', messages: [{ role: 'user', content }] })).arrayBuffer(),
    );
    expect(text).toContain('<i>');
    expect(text.replace(/\s+/g, ' ')).toContain(`User ${content.replace('\u{10330}', '□')}`);
  });

  it('takes messages without a model, with lists and with nothing in them, and an empty chat', async () => {
    const messages = [{ role: 'assistant', content: [{ type: 'text', text: 'listed' }] }, {}, { content: null }];
    expect(await pdfText(await (await print({ title: '', messages })).arrayBuffer())).toContain('listed');
    expect((await print({ title: '', messages: [] })).status).toBe(200);
  });

  it('requires a title, messages of a moderate length, and a verified account', async () => {
    for (const body of [{}, { title: 'x', messages: ['x'] }, { title: 1, messages: [] }])
      expect((await print(body)).status).toBe(422);
    const long = { role: 'user', content: 'x'.repeat(1_000_001) };
    expect((await print({ title: 'x', messages: [long] })).status).toBe(413);
    expect((await print({ title: 'x', messages: [] }, pending.token)).status).toBe(401);
    expect((await print({ title: 'x', messages: [] }, 'none')).status).toBe(401);
  });
});

describe('GET /api/v1/utils/db/download', () => {
  it('is refused: the database is no file', async () => {
    const { status, body } = await admin.api.get('/api/v1/utils/db/download');
    expect([status, body.detail]).toEqual([400, 'This feature is only available when running with SQLite databases.']);
    expect((await user.api.get('/api/v1/utils/db/download')).status).toBe(401);
  });
});

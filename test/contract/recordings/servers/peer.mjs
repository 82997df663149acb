// Fixtures server for the recorded exchanges: node peer.mjs (PORT, default 8335). Pages, OpenAPI tool server, MCP server, loaders, search.
import http from 'node:http';
const PORT = +(process.env.PORT || 8335),
  B = `http://127.0.0.1:${PORT}`;
let ring = [];
const TOOL =
  '"""\ntitle: Remote Tool\nauthor: lab\nversion: 0.1.0\n"""\n\nclass Tools:\n    def remote_add(self, a: int, b: int) -> str:\n        """\n        Add two numbers.\n        :param a: first\n        :param b: second\n        """\n        return str(a + b)\n';
const FN = 'class Pipe:\n    def pipe(self, body: dict) -> str:\n        return "remote"\n';
const OPENAPI = {
  openapi: '3.1.0',
  info: { title: 'Lab Items', description: 'Item server of the lab', version: '1.0.0' },
  servers: [{ url: B }],
  paths: {
    '/items/{item_id}': {
      get: {
        operationId: 'get_item',
        summary: 'Read one item',
        description: 'Read one item by number.',
        parameters: [
          { name: 'item_id', in: 'path', required: true, description: 'Number', schema: { type: 'integer' } },
          { name: 'verbose', in: 'query', schema: { type: 'string', enum: ['yes', 'no'], description: 'How much' } },
        ],
        responses: { 200: { description: 'ok' } },
      },
    },
    '/items': {
      post: {
        operationId: 'create_item',
        summary: 'Create an item',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Item' } } },
        },
        responses: { 200: { description: 'ok' } },
      },
      get: { summary: 'no operation id', responses: { 200: { description: 'ok' } } },
    },
    '/bulk': {
      post: {
        operationId: 'bulk',
        requestBody: {
          content: { 'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Item' } } } },
        },
        responses: { 200: { description: 'ok' } },
      },
    },
  },
  components: {
    schemas: {
      Item: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', description: 'Name' },
          tags: { type: 'array', items: { type: 'string' } },
          size: { $ref: '#/components/schemas/Size' },
        },
      },
      Size: { type: 'object', properties: { w: { type: 'integer' } } },
    },
  },
};
const PAGES = {
  '/page.html': [
    'text/html; charset=utf-8',
    '<!doctype html><html lang="en"><head><title>Lab page</title><meta name="description" content="A page of the lab"></head><body><h1>Heading</h1><p>The heron eats frogs near the quiet river.</p></body></html>',
  ],
  '/bare.html': ['text/html', '<html><body><p>Only a walrus here.</p></body></html>'],
  '/empty.html': ['text/html', '<html><body></body></html>'],
  '/hello.txt': ['text/plain', 'plain hello text'],
  '/doc.yaml': [
    'text/yaml',
    'openapi: 3.0.0\ninfo: {title: Yaml tools, version: "1"}\npaths:\n  /ping:\n    get:\n      operationId: ping\n      responses: {"200": {description: ok}}\n',
  ],
  '/tool.py': ['text/plain', TOOL],
  '/main.py': ['text/plain', TOOL],
  '/dir/main.py': ['text/plain', FN],
  '/empty.py': ['text/plain', ''],
  '/notjson': ['text/plain', '{{{: not yaml'],
};
http
  .createServer(async (q, s) => {
    const u = new URL(q.url, B),
      ch = [];
    for await (const c of q) ch.push(c);
    const raw = Buffer.concat(ch).toString();
    let body;
    try {
      body = JSON.parse(raw);
    } catch {
      body = raw;
    }
    if (u.pathname === '/__requests') {
      const r = ring;
      if (q.method === 'DELETE') ring = [];
      return json(200, r);
    }
    ring.push({ method: q.method, url: q.url, headers: q.headers, body });
    if (ring.length > 200) ring.shift();
    function json(c, o, h = {}) {
      const b = JSON.stringify(o);
      s.writeHead(c, { 'content-type': 'application/json', ...h });
      s.end(b);
    }
    const p = u.pathname;
    if (p === '/openapi.json') return json(200, OPENAPI);
    if (p === '/pathparams.json')
      return json(200, {
        openapi: '3.1.0',
        info: { title: 'Shared parameters', version: '1' },
        paths: {
          '/a/{x}': {
            parameters: [{ name: 'x', in: 'path', required: true, schema: { type: 'string' } }],
            get: { operationId: 'a', responses: {} },
          },
        },
      });
    if (p === '/secured/openapi.json')
      return q.headers.authorization === 'Bearer right' ? json(200, OPENAPI) : json(401, { detail: 'no' });
    if (PAGES[p]) {
      s.writeHead(200, { 'content-type': PAGES[p][0] });
      return s.end(PAGES[p][1]);
    }
    if (p === '/redirect') {
      s.writeHead(302, { location: B + '/page.html' });
      return s.end();
    }
    if (p === '/boom') {
      s.writeHead(500);
      return s.end('boom');
    }
    if (p === '/search')
      return json(
        200,
        [
          { link: B + '/page.html', title: 'Lab page', snippet: 'about herons' },
          { link: B + '/bare.html', title: 'Bare', snippet: 'about walruses' },
          { link: B + '/page.html', title: 'Lab page again', snippet: 'dup' },
        ].slice(0, body?.count ?? 3),
      );
    if (p === '/nosearch') return json(200, []);
    if (p === '/searxng/search')
      return json(200, {
        results: [
          { url: B + '/bare.html', title: 'low', content: 'l', score: 1 },
          { url: B + '/page.html', title: 'high', content: 'h', score: 5 },
        ],
      });
    if (p === '/loader')
      return json(
        200,
        (body.urls ?? []).map((x) => ({
          page_content: 'loaded ' + new URL(x).pathname,
          metadata: { source: x, title: 'T' },
        })),
      );
    if (p === '/process')
      return json(200, {
        page_content: 'external extraction of ' + q.headers['x-filename'],
        metadata: { engine: 'lab' },
      });
    if (p === '/rerank')
      return json(200, {
        results: (body.documents ?? []).map((d, index) => ({ index, relevance_score: 1 / (index + 1) })),
      });
    if (p === '/v1/embeddings')
      return json(200, {
        data: [].concat(body.input).map((t, index) => ({
          index,
          embedding: Array.from({ length: 384 }, (_, i) => (i === t.length % 384 ? 1 : 0)),
        })),
      });
    if (p === '/api/embed')
      return json(200, {
        embeddings: []
          .concat(body.input)
          .map((t) => Array.from({ length: 384 }, (_, i) => (i === t.length % 384 ? 1 : 0))),
      });
    if (p.startsWith('/items') || p === '/bulk')
      return json(200, { ok: true, path: p, query: Object.fromEntries(u.searchParams), body });
    if (p === '/mcp') {
      if (q.method === 'GET') {
        s.writeHead(405);
        return s.end();
      }
      if (q.method === 'DELETE') {
        s.writeHead(200);
        return s.end();
      }
      const rpc = (result) => json(200, { jsonrpc: '2.0', id: body.id, result }, { 'mcp-session-id': 'lab' });
      if (body.method === 'initialize')
        return rpc({
          protocolVersion: body.params.protocolVersion,
          capabilities: { tools: {} },
          serverInfo: { name: 'lab-mcp', version: '1' },
        });
      if (body.method === 'tools/list')
        return rpc({
          tools: [
            {
              name: 'echo',
              description: 'Echo a text',
              inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
            },
          ],
        });
      if (body.method === 'tools/call')
        return rpc({ content: [{ type: 'text', text: 'echo ' + body.params.arguments?.text }], isError: false });
      s.writeHead(202);
      return s.end();
    }
    json(404, { detail: 'Not Found' });
  })
  .listen(PORT, '127.0.0.1', () => console.log('peer on ' + B));

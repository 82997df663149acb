#!/usr/bin/env node
// Stand-in for code execution and tool servers. node, no dependencies. env PORT (8327).
// /jup: Jupyter (kernels over HTTP, channels over WebSocket), open. /juptoken: needs ?token=right. /juppass: needs the password "right" (GET and POST login, cookie _xsrf, session cookie). /jupbad: every call 500. /jupnows: kernels, but no WebSocket.
//   The code is read line by line: "print X" stdout · "warn X" stderr · "value X" result · "plot" picture · "both X" picture and text · "raise X" traceback · "noise" a message of another request · "hang" no end.
// /mcp, /mcpauth (bearer "right"): MCP over streamable HTTP, two tools. /tools/openapi.json, /toolsauth/openapi.json (bearer "right"): OpenAPI.
// OAuth: /.well-known/oauth-authorization-server and /.well-known/openid-configuration answer after PUT /__state {"oauth":true|"bad"|"minimal"}; below them /tenant (metadata) and /odd (200, no metadata); POST /register-here, /register.
// GET /__take: what was received since the last call.
import http from 'node:http';
import crypto from 'node:crypto';
const PORT = +(process.env.PORT || 8327),
  B = `http://127.0.0.1:${PORT}`;
let ring = [],
  state = {},
  kernels = 0;
const sort = (x) =>
  Array.isArray(x)
    ? x.map(sort)
    : x && typeof x === 'object'
      ? Object.fromEntries(
          Object.keys(x)
            .sort()
            .map((k) => [k, sort(x[k])]),
        )
      : x;
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const META = () => ({
  issuer: B,
  authorization_endpoint: B + '/authorize',
  token_endpoint: B + '/token',
  registration_endpoint: B + '/register-here',
  scopes_supported: ['read', 'write'],
  response_types_supported: ['code'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'none'],
  code_challenge_methods_supported: ['S256'],
});
const OPENAPI = {
  openapi: '3.1.0',
  info: { title: 'Tools', version: '1' },
  paths: { '/a': { get: { operationId: 'a', summary: 'A', responses: {} } } },
};
const sendText = (s, t) => {
  const b = Buffer.from(t);
  s.write(
    Buffer.concat([
      b.length < 126 ? Buffer.from([0x81, b.length]) : Buffer.from([0x81, 126, b.length >> 8, b.length & 255]),
      b,
    ]),
  );
};
const hdr = (q) => {
  const h = {};
  for (const k of ['authorization', 'cookie', 'x-xsrftoken', 'x-extra', 'content-type'])
    if (q.headers[k]) h[k] = k === 'content-type' ? q.headers[k].split(';')[0] : q.headers[k];
  return h;
};
const okArea = (area, u, q) =>
  area === 'jup' ||
  area === 'jupnows' ||
  (area === 'juptoken' && u.searchParams.get('token') === 'right') ||
  (area === 'juppass' && /username-localhost=yes/.test(q.headers.cookie ?? ''));
const srv = http.createServer(async (q, s) => {
  const u = new URL(q.url, B),
    p = u.pathname,
    ch = [];
  for await (const c of q) ch.push(c);
  const raw = Buffer.concat(ch).toString();
  let body;
  try {
    body = raw ? JSON.parse(raw) : undefined;
  } catch {
    body = raw;
  }
  const json = (c, o, h = {}) => {
    const b = JSON.stringify(o);
    s.writeHead(c, { 'content-type': 'application/json', ...h });
    s.end(b);
  };
  if (p === '/__take') {
    const r = ring;
    ring = [];
    return json(200, r);
  }
  if (p === '/__state') {
    state = body;
    return json(200, true);
  }
  const query = Object.fromEntries(u.searchParams);
  ring.push({
    method: q.method,
    path: p.replace(/kernel-\d+/, 'kernel'),
    ...(Object.keys(query).length ? { query } : {}),
    headers: hdr(q),
    ...(body !== undefined
      ? {
          body: sort(
            body?.jsonrpc ? { rpc: body.method, ...(body.params?.name ? { name: body.params.name } : {}) } : body,
          ),
        }
      : {}),
  });
  let m = p.match(/^\/(jup\w*)\/(.*)$/);
  if (m) {
    const [, area, rest] = m;
    if (area === 'jupbad') return json(500, { message: 'broken' });
    if (area === 'juppass' && rest === 'login') {
      if (q.method === 'GET') {
        s.writeHead(200, { 'content-type': 'text/html', 'set-cookie': '_xsrf=xs1; Path=/' });
        return s.end('<html></html>');
      }
      const f = new URLSearchParams(raw);
      if (f.get('password') !== 'right' || f.get('_xsrf') !== 'xs1') {
        s.writeHead(401);
        return s.end();
      }
      s.writeHead(302, { location: '/tree', 'set-cookie': 'username-localhost=yes; Path=/' });
      return s.end();
    }
    if (!okArea(area, u, q)) return json(403, { message: 'Forbidden' });
    if (rest === 'api/kernels' && q.method === 'POST')
      return json(201, { id: `kernel-${++kernels}`, name: 'python3', execution_state: 'starting', connections: 0 });
    if (/^api\/kernels\/kernel-\d+$/.test(rest) && q.method === 'DELETE') {
      s.writeHead(204);
      return s.end();
    }
    return json(404, { message: 'Not Found' });
  }
  if (p === '/tools/openapi.json') return json(200, OPENAPI);
  if (p === '/toolsauth/openapi.json')
    return q.headers.authorization === 'Bearer right' ? json(200, OPENAPI) : json(401, { detail: 'no' });
  if (p === '/mcp' || p === '/mcpauth') {
    if (p === '/mcpauth' && q.headers.authorization !== 'Bearer right')
      return json(401, { error: 'invalid_token' }, { 'www-authenticate': 'Bearer' });
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
          { name: 'plain', inputSchema: { type: 'object' } },
        ],
      });
    s.writeHead(202);
    return s.end();
  }
  if (/^\/\.well-known\/(oauth-authorization-server|openid-configuration)\/odd$/.test(p))
    return json(200, { hello: 'world' });
  if (p === '/.well-known/openid-configuration/tenant') return json(200, { ...META(), issuer: B + '/tenant' });
  if (p === '/.well-known/oauth-authorization-server' || p === '/.well-known/openid-configuration') {
    if (state.oauth === 'bad') return json(200, { hello: 'world' });
    if (state.oauth === 'minimal')
      return json(200, {
        issuer: B,
        authorization_endpoint: B + '/authorize',
        token_endpoint: B + '/token',
        response_types_supported: ['code'],
      });
    if (state.oauth) return json(200, META());
  }
  if (p === '/register-here' || p === '/register')
    return state.register === 'refuse'
      ? json(400, { error: 'invalid_client_metadata', error_description: 'no' })
      : json(201, {
          ...body,
          client_id: 'dyn-1',
          client_secret: 'dyn-secret',
          client_id_issued_at: 1700000000,
          client_secret_expires_at: 0,
        });
  json(404, { detail: 'Not Found' });
});
srv.on('upgrade', (q, sock) => {
  const u = new URL(q.url, B),
    area = u.pathname.split('/')[1];
  sock.on('error', () => {});
  ring.push({
    method: 'WS',
    path: u.pathname.replace(/kernel-\d+/, 'kernel'),
    ...(u.search ? { query: Object.fromEntries(u.searchParams) } : {}),
    headers: hdr(q),
  });
  if (area === 'jupnows' || !okArea(area, u, q) || !/\/api\/kernels\/kernel-\d+\/channels$/.test(u.pathname))
    return sock.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
  sock.write(
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ' +
      crypto
        .createHash('sha1')
        .update(q.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11')
        .digest('base64') +
      '\r\n\r\n',
  );
  let buf = Buffer.alloc(0);
  sock.on('data', (d) => {
    buf = Buffer.concat([buf, d]);
    for (;;) {
      if (buf.length < 2) return;
      let len = buf[1] & 127,
        at = 2;
      if (len === 126) {
        if (buf.length < 4) return;
        len = buf.readUInt16BE(2);
        at = 4;
      } else if (len === 127) {
        if (buf.length < 10) return;
        len = Number(buf.readBigUInt64BE(2));
        at = 10;
      }
      const mask = buf[1] & 128 ? buf.subarray(at, at + 4) : null;
      if (mask) at += 4;
      if (buf.length < at + len) return;
      const op = buf[0] & 15,
        pl = Buffer.from(buf.subarray(at, at + len));
      if (mask) for (let i = 0; i < pl.length; i++) pl[i] ^= mask[i & 3];
      buf = buf.subarray(at + len);
      if (op === 8) {
        sock.end(Buffer.from([0x88, 0]));
        return;
      }
      if (op !== 1) continue;
      const msg = JSON.parse(pl.toString()),
        c = msg.content ?? {};
      ring.push({ method: 'MSG', type: msg.header?.msg_type, channel: msg.channel, content: sort(c) });
      const out = (type, content, parent = msg.header.msg_id) =>
        sendText(
          sock,
          JSON.stringify({
            header: { msg_id: crypto.randomUUID(), msg_type: type },
            msg_type: type,
            parent_header: { msg_id: parent },
            metadata: {},
            content,
            channel: 'iopub',
          }),
        );
      out('status', { execution_state: 'busy' });
      let hang = false;
      for (const l of String(c.code).split('\n')) {
        const [w, ...r] = l.split(' '),
          x = r.join(' ');
        if (w === 'print') out('stream', { name: 'stdout', text: x + '\n' });
        else if (w === 'warn') out('stream', { name: 'stderr', text: x + '\n' });
        else if (w === 'value') out('execute_result', { data: { 'text/plain': x }, execution_count: 1, metadata: {} });
        else if (w === 'plot') out('display_data', { data: { 'image/png': PNG }, metadata: {} });
        else if (w === 'both') out('display_data', { data: { 'image/png': PNG, 'text/plain': x } });
        else if (w === 'html') out('display_data', { data: { 'text/html': x } });
        else if (w === 'raise')
          out('error', {
            ename: 'ValueError',
            evalue: x,
            traceback: ['Traceback (most recent call last)', 'ValueError: ' + x],
          });
        else if (w === 'noise') {
          out('stream', { name: 'stdout', text: 'not yours\n' }, 'someone-else');
          out('status', { execution_state: 'idle' }, 'someone-else');
        } else if (w === 'hang') hang = true;
      }
      if (!hang) {
        out('execute_reply', { status: 'ok' });
        out('status', { execution_state: 'idle' });
      }
    }
  });
});
srv.listen(PORT, '127.0.0.1', () => console.log('fake jupyter on ' + PORT));

#!/usr/bin/env node
// Stand-in for image and audio providers. node, no dependencies. env PORT (8324). The same request gets the same answer.
// Base URLs on one port: /v1 (OpenAI images and audio, with /audio/models and /audio/voices) · /bare/v1 (OpenAI, without those two) · /gem (Gemini) · /a1111 (Automatic1111) · /comfy (ComfyUI, HTTP and WebSocket)
//   · /eleven (ElevenLabs) · /az (Azure speech, text to speech and speech to text) · /mis/v1 (Mistral) · /dg/v1/listen (Deepgram) · /img/a.png, /img/text (what result URLs point to)
// Words in the prompt or input: FAIL <status> = that status with {"error":{"message"}} · TEXTFAIL <status> = plain text · DETAILFAIL <status> = {"detail"} · URL, ELSEWHERE, NOTIMAGE = a result URL on this host, on the host name localhost, of a text file · JPEG = a data URL.
// GET /__take: what was received since the last call, oldest first ({method, path, query?, headers, body | form | raw}); PUT /__script [{status,json|text}…]: the next transcription calls get these.
import http from 'node:http';
import crypto from 'node:crypto';
const PORT = +(process.env.PORT || 8324),
  B = `http://127.0.0.1:${PORT}`;
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
let ring = [],
  script = [],
  serial = 0;
const socks = new Map();
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
const magic = (b) =>
  b.subarray(0, 4).toString('latin1') === 'RIFF'
    ? 'wav'
    : b.subarray(0, 4).toString('latin1') === 'fLaC'
      ? 'flac'
      : b.subarray(0, 4).toString('latin1') === 'OggS'
        ? 'ogg'
        : b.readUInt32BE && b.length > 4 && b.readUInt32BE(0) === 0x1a45dfa3
          ? 'webm'
          : b.subarray(4, 8).toString('latin1') === 'ftyp'
            ? 'mp4'
            : b.subarray(0, 3).toString('latin1') === 'ID3' || (b[0] === 0xff && (b[1] & 0xe0) === 0xe0)
              ? 'mp3'
              : b.subarray(1, 4).toString('latin1') === 'PNG'
                ? 'png'
                : 'other';
const blob = (b) => ({ kind: magic(b), length: b.length, sha256: crypto.createHash('sha256').update(b).digest('hex') });
function parts(raw, boundary) {
  // multipart, fields by name
  const out = [],
    d = Buffer.from('--' + boundary);
  let at = raw.indexOf(d);
  while (at >= 0) {
    const next = raw.indexOf(d, at + d.length);
    if (next < 0) break;
    const p = raw.subarray(at + d.length + 2, next - 2),
      e = p.indexOf('\r\n\r\n'),
      head = p.subarray(0, e).toString(),
      data = p.subarray(e + 4);
    at = next;
    const name = head.match(/ name="?([^";\r\n]*)"?/i)?.[1],
      filename = head.match(/filename="?([^";\r\n]*)"?/i)?.[1],
      type = head.match(/content-type: *([^\r\n;]*)/i)?.[1];
    const js = (t) => {
      try {
        return { json: sort(JSON.parse(t)) };
      } catch {
        return { text: t };
      }
    };
    out.push(
      filename === undefined
        ? { name, ...(data[0] === 123 ? js(data.toString()) : { text: data.toString() }) }
        : { name, filename, ...(type ? { type } : {}), ...blob(data) },
    );
  }
  return out.sort((a, b) => (a.name + (a.filename ? 1 : 0) < b.name + (b.filename ? 1 : 0) ? -1 : 1));
}
const sendText = (s, t) => {
  const b = Buffer.from(t),
    h = b.length < 126 ? Buffer.from([0x81, b.length]) : Buffer.from([0x81, 126, b.length >> 8, b.length & 255]);
  s.write(Buffer.concat([h, b]));
};
const headersOf = (q) => {
  const h = {};
  for (const k of Object.keys(q.headers).sort())
    if (
      [
        'authorization',
        'x-goog-api-key',
        'xi-api-key',
        'ocp-apim-subscription-key',
        'x-microsoft-outputformat',
      ].includes(k) ||
      k.startsWith('x-openwebui')
    )
      h[k] = q.headers[k];
  const t = q.headers['content-type'];
  if (t) h['content-type'] = t.split(';')[0];
  return h;
};
const srv = http.createServer(async (q, s) => {
  const u = new URL(q.url, B),
    p = u.pathname,
    ch = [];
  for await (const c of q) ch.push(c);
  const raw = Buffer.concat(ch),
    ct = q.headers['content-type'] ?? '';
  const json = (c, o) => {
    const b = JSON.stringify(o);
    s.writeHead(c, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(b) });
    s.end(b);
  };
  const text = (c, t, type = 'text/plain') => {
    s.writeHead(c, { 'content-type': type });
    s.end(t);
  };
  if (p === '/__take') {
    const r = ring;
    ring = [];
    return json(200, r);
  }
  if (p === '/__script') {
    script = JSON.parse(raw);
    return json(200, true);
  }
  const rec = { method: q.method, path: p };
  const query = Object.fromEntries(u.searchParams);
  if (Object.keys(query).length) rec.query = query;
  rec.headers = headersOf(q);
  let body = {};
  if (raw.length) {
    if (ct.startsWith('multipart/')) {
      rec.form = parts(raw, ct.match(/boundary="?([^";]+)/)[1]);
      body = Object.fromEntries(rec.form.filter((x) => 'text' in x).map((x) => [x.name, x.text]));
    } else {
      try {
        body = JSON.parse(raw);
        rec.body = sort(body);
      } catch {
        rec.raw = /xml|text/.test(ct) ? raw.toString() : blob(raw);
      }
    }
  }
  ring.push(rec);
  if (ring.length > 300) ring.shift();
  const say =
    body.prompt?.length !== undefined && typeof body.prompt === 'string'
      ? body.prompt
      : (body.instances?.prompt ??
        body.contents?.[0]?.parts?.[0]?.text ??
        body.input ??
        body.text ??
        (typeof rec.raw === 'string' ? rec.raw : '') ??
        '');
  const f = String(say).match(/(TEXT|DETAIL)?FAIL (\d{3})/);
  if (f)
    return f[1] === 'TEXT'
      ? text(+f[2], 'plain failure ' + f[2])
      : f[1] === 'DETAIL'
        ? json(+f[2], { detail: 'detail of ' + f[2] })
        : json(+f[2], { error: { message: `forced failure ${f[2]}`, type: 'fake_error', code: f[2] } });
  const sp = () => script.shift();
  const scripted = (x) => (x.json !== undefined ? json(x.status ?? 200, x.json) : text(x.status ?? 200, x.text ?? ''));
  if (p === '/img/a.png') {
    s.writeHead(200, { 'content-type': 'image/png' });
    return s.end(Buffer.from(PNG, 'base64'));
  }
  if (p === '/img/text') return text(200, 'no image');
  if (/^(\/bare)?\/v1\/images\/(generations|edits)$/.test(p)) {
    const one = /ELSEWHERE/.test(say)
      ? { url: `http://localhost:${PORT}/img/a.png` }
      : /NOTIMAGE/.test(say)
        ? { url: B + '/img/text' }
        : /URL/.test(say)
          ? { url: B + '/img/a.png' }
          : { b64_json: /JPEG/.test(say) ? 'data:image/jpeg;base64,/9j/4AAQ' : PNG };
    return json(200, { created: 1700000000, data: Array.from({ length: +(body.n ?? 1) || 1 }, () => one) });
  }
  let m = p.match(/^\/gem\/models\/(.+):(predict|generateContent)$/);
  if (m)
    return json(
      200,
      m[2] === 'predict'
        ? {
            predictions: Array.from({ length: body.parameters?.sampleCount ?? 1 }, () => ({
              bytesBase64Encoded: PNG,
              mimeType: 'image/png',
            })),
          }
        : {
            candidates: [
              {
                content: {
                  parts: [{ text: 'here it is' }, { inlineData: { mimeType: 'image/png', data: PNG } }],
                  role: 'model',
                },
              },
            ],
          },
    );
  if (p === '/a1111/sdapi/v1/options')
    return json(200, q.method === 'GET' ? { sd_model_checkpoint: 'one.safetensors [aaa]', other: 1 } : null);
  if (p === '/a1111/sdapi/v1/sd-models')
    return json(200, [
      { title: 'one.safetensors [aaa]', model_name: 'one', hash: 'aaa' },
      { title: 'two.ckpt', model_name: 'two', hash: 'bbb' },
    ]);
  if (p === '/a1111/sdapi/v1/txt2img')
    return json(200, {
      images: Array.from({ length: body.batch_size ?? 1 }, () => PNG),
      parameters: {},
      info: '{"seed": 7}',
    });
  if (p === '/comfy/object_info')
    return json(200, {
      CheckpointLoaderSimple: { input: { required: { ckpt_name: [['sd15.ckpt', 'sdxl.safetensors'], {}] } } },
      UNETLoader: { input: { required: { weight_dtype: [['default']], unet_name: [['flux.sft']] } } },
      NoModel: { input: { required: { text: ['STRING'] } } },
    });
  if (p === '/comfy/prompt') {
    const id = `prompt-${++serial}`;
    const t = JSON.stringify(body.prompt);
    if (t.includes('COMFYBAD')) return json(400, { error: { message: 'bad graph' } });
    json(200, { prompt_id: id, number: serial, node_errors: {} });
    const w = socks.get(body.client_id);
    setTimeout(() => {
      if (!w) return;
      sendText(w, JSON.stringify({ type: 'status', data: { status: {} } }));
      sendText(w, JSON.stringify({ type: 'executing', data: { node: '3', prompt_id: id } }));
      sendText(w, JSON.stringify({ type: 'executing', data: { node: null, prompt_id: 'other' } }));
      sendText(w, JSON.stringify({ type: 'executing', data: { node: null, prompt_id: id } }));
    }, 30);
    socks.set('last:' + id, t);
    return;
  }
  m = p.match(/^\/comfy\/history\/(.+)$/);
  if (m) {
    const t = socks.get('last:' + m[1]) ?? '';
    const img = (filename, type = 'output') => ({ filename, subfolder: '', type });
    const outputs = t.includes('COMFYTWO')
      ? { 9: { images: [img('a_1.png')] }, 10: { images: [img('b_1.png')] } }
      : t.includes('COMFYTEMP')
        ? { 9: { images: [img('a_1.png')] }, 10: { images: [img('t_1.png', 'temp')] } }
        : t.includes('COMFYNONE')
          ? { 9: { text: ['x'] } }
          : { 9: { images: [img('a_1.png')] } };
    return json(200, { [m[1]]: { outputs, status: { completed: true } } });
  }
  if (p === '/comfy/view') {
    s.writeHead(200, { 'content-type': 'image/png' });
    return s.end(Buffer.from(PNG, 'base64'));
  }
  if (p === '/comfy/api/upload/image')
    return /BADUPLOAD/.test(JSON.stringify(rec.form))
      ? text(500, 'no')
      : json(200, {
          name: 'uploaded-' + rec.form.find((x) => x.name === 'image').length + '.png',
          subfolder: '',
          type: 'input',
        });
  if (/^\/v1\/audio\/models$/.test(p)) return json(200, { models: [{ id: 'tts-x', name: 'TTS X' }, { id: 'tts-y' }] });
  if (/^\/v1\/audio\/voices$/.test(p))
    return json(200, {
      voices: [
        { id: 'v1', name: 'Voice One' },
        { id: 'v2', name: 'Voice Two' },
      ],
    });
  if (/^(\/bare)?\/v1\/audio\/speech$/.test(p)) return text(200, 'ID3 ' + JSON.stringify(sort(body)), 'audio/mpeg');
  if (p === '/eleven/v1/models')
    return q.headers['xi-api-key'] === 'bad'
      ? json(401, { detail: 'no' })
      : json(200, [
          { model_id: 'eleven_multilingual_v2', name: 'Multilingual v2', can_do_text_to_speech: true },
          { model_id: 'eleven_flash_v2', name: 'Flash v2' },
        ]);
  if (p === '/eleven/v1/voices')
    return q.headers['xi-api-key'] === 'bad'
      ? json(401, { detail: 'no' })
      : json(200, {
          voices: [
            { voice_id: 'EL1', name: 'Rachel' },
            { voice_id: 'EL2', name: 'Domi' },
          ],
        });
  m = p.match(/^\/eleven\/v1\/text-to-speech\/(.+)$/);
  if (m) return text(200, 'ID3 eleven ' + m[1] + ' ' + JSON.stringify(sort(body)), 'audio/mpeg');
  if (p === '/az/cognitiveservices/voices/list')
    return q.headers['ocp-apim-subscription-key'] === 'bad'
      ? text(401, 'no')
      : json(200, [
          { ShortName: 'en-US-AvaNeural', DisplayName: 'Ava', Locale: 'en-US' },
          { ShortName: 'de-DE-KatjaNeural', DisplayName: 'Katja', Locale: 'de-DE' },
        ]);
  if (p === '/az/cognitiveservices/v1')
    return text(200, 'ID3 azure ' + raw.toString().replace(/\s+/g, ' '), 'audio/mpeg');
  if (/\/audio\/transcriptions$/.test(p)) {
    const x = sp();
    if (x) return scripted(x);
    return json(200, { text: 'heard by ' + p.split('/')[1], language: body.language ?? 'en' });
  }
  if (p === '/mis/v1/chat/completions') {
    const x = sp();
    if (x) return scripted(x);
    return json(200, {
      id: 'c',
      choices: [{ index: 0, message: { role: 'assistant', content: ' heard in chat \n' } }],
    });
  }
  if (p === '/az/speechtotext/transcriptions:transcribe') {
    const x = sp();
    if (x) return scripted(x);
    return json(200, { durationMilliseconds: 200, combinedPhrases: [{ text: ' heard by azure ' }], phrases: [] });
  }
  if (p === '/dg/v1/listen') {
    const x = sp();
    if (x) return scripted(x);
    return json(200, {
      results: { channels: [{ alternatives: [{ transcript: 'heard by deepgram ', confidence: 1 }] }] },
    });
  }
  json(404, { error: { message: `no route ${q.method} ${p}` } });
});
srv.on('upgrade', (q, sock) => {
  // ComfyUI /ws: no message from the client is read
  const u = new URL(q.url, B);
  ring.push({ method: 'WS', path: u.pathname, query: Object.fromEntries(u.searchParams), headers: headersOf(q) });
  if (u.pathname !== '/comfy/ws') return sock.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
  sock.write(
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ' +
      crypto
        .createHash('sha1')
        .update(q.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11')
        .digest('base64') +
      '\r\n\r\n',
  );
  socks.set(u.searchParams.get('clientId'), sock);
  sock.on('error', () => {});
  sock.on('data', (d) => {
    if ((d[0] & 15) === 8) sock.end();
  });
});
srv.listen(PORT, '127.0.0.1', () => console.log('fake media on ' + PORT));

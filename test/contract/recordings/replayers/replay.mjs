#!/usr/bin/env node
// replay.mjs BASE FILE.jsonl... [--defects] [--verbose] [--only=PREFIX] [--stop]      no dependencies, node >= 18
//   Sends the recorded exchanges in order and compares status, listed headers and the body recursively. Exit code 1 on any difference.
//   Exchanges with "defect":true record what upstream does wrong. Without --defects they are sent, and compared with "better"
//   ({"status","body",...}) if the line has one, else not compared. With --defects they are compared with "response" (upstream).
//
// One line: {"id","title","as","request":{...},"response":{...},"note"?,"defect"?,"better"?,"wait_ms"?}
//   as        anonymous = no credentials; any other name N sends "Authorization: Bearer <token:N>" (bound by an earlier response) unless request.headers.authorization is given (null = send none)
//   request   method, path (may hold placeholders), headers? {name: value|null}, and one of
//             body (JSON) · form {field: string | {filename, content|base64, type} | [several]} (multipart; also {"file":{"name","type","text"|"base64"},"fields":{k: string|JSON}}) · urlencoded {k: v} · raw (text, sent as it is; no Content-Type unless given in headers) · raw_base64
//   response  status (or a list of admitted ones), key_order? [paths like "$.chat" of objects in body whose keys must come in the recorded order], headers? {lower-case-name: string | string[] (set-cookie: all of them, in order) | null (must be absent)}, and one of (none = not compared)
//             body (JSON) · text · sse [data payloads, parsed where JSON] · ndjson [...] · bytes {"length"?, "sha256"?, "start_base64"?}
//   env       on the first line of some files: variables the server must be started with
//   wait_ms   pause before sending · poll true = repeat the request (up to 20 s) until the answer matches
//   to        name of a fixture (media, pipes, search, jupyter, llm, ollama, peer): the request goes to that stand-in instead of the server under test (to script it, or to read with GET /__take what it received); `as` is not used then
// A line with only "meta" is information (environment the server needs, fixtures) and is not replayed.
// Placeholders, anywhere in a string, also in keys: <type> or <type:name>. With a name the first match binds, later uses must be equal. A string that is exactly one placeholder also matches a number.
//   types: uuid token(JWT) apikey(sk-+32 hex) s ms ns (plausible epoch integers) etag int num str(non-empty) any(anything incl. null/object) hex sha256 iso(ISO date-time) httpdate base(the BASE url) b64 dir(a path prefix) peer / peerhost (the fixtures server peer.mjs: env PEER, default http://127.0.0.1:8335) · llm, ollama (fixtures fake_llm.mjs, fake_ollama.mjs: env LLM, OLLAMA, default http://127.0.0.1:8322 and :8323) · media, pipes, search, jupyter (fake_media.mjs, fake_pipelines.mjs, fake_search.mjs, fake_jupyter.mjs: env MEDIA, PIPES, SEARCH, JUPYTER, default ports 8324 to 8327)
//   "<!s>" is the literal text "<s>".
// Special expected values: {"$unordered":[..]} array in any order · {"$contains":[..]} each occurs · {"$superset":{..}} extra keys allowed · {"$keys":[..]} object with exactly these keys · {"$length":n}
import http from 'node:http';
import https from 'node:https';
import fs from 'node:fs';
import crypto from 'node:crypto';
import { pathToFileURL } from 'node:url';

const PEER = process.env.PEER || 'http://127.0.0.1:8335'; // fixtures server peer.mjs
const FIXTURES = {
  llm: process.env.LLM || 'http://127.0.0.1:8322',
  ollama: process.env.OLLAMA || 'http://127.0.0.1:8323',
  media: process.env.MEDIA || 'http://127.0.0.1:8324',
  pipes: process.env.PIPES || 'http://127.0.0.1:8325',
  search: process.env.SEARCH || 'http://127.0.0.1:8326',
  jupyter: process.env.JUPYTER || 'http://127.0.0.1:8327',
}; // fake_*.mjs
export const TYPES = {
  uuid: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
  token: 'eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+',
  apikey: 'sk-[0-9a-f]{32}',
  s: '1[6-9]\\d{8}(?:\\.\\d+)?|2[01]\\d{8}(?:\\.\\d+)?',
  ms: '1[6-9]\\d{11}|2[01]\\d{11}',
  ns: '1[6-9]\\d{17}|2[01]\\d{17}',
  etag: '(?:W/)?"[^"]+"|[0-9a-f]{16,64}',
  int: '-?\\d+',
  num: '-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?',
  str: '[\\s\\S]+',
  any: '[\\s\\S]*',
  hex: '[0-9a-f]+',
  sha256: '[0-9a-f]{64}',
  iso: '\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d[^ "]*',
  httpdate: '\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT',
  base: 'https?://[^/]+',
  b64: '[A-Za-z0-9+/=_-]+',
  dir: '[^"\\s]*?',
  peerhost: '[^/]+',
  peer: 'https?://[^/]+',
  llm: 'https?://[^/]+',
  ollama: 'https?://[^/]+',
  media: 'https?://[^/]+',
  pipes: 'https?://[^/]+',
  search: 'https?://[^/]+',
  jupyter: 'https?://[^/]+',
};
export const PH = new RegExp(
  '<(!?)(' +
    Object.keys(TYPES)
      .sort((a, b) => b.length - a.length)
      .join('|') +
    ')(?::([A-Za-z0-9_.-]+))?>',
  'g',
);
const esc = (s) => s.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
// JSON with integers beyond 2^53 kept as "@big:…"
export const parseJSON = (t) =>
  JSON.parse(
    t.replace(/"(?:[^"\\]|\\.)*"|(?<![\d.eE+])-?\d{16,}(?![\d.eE])/g, (m) => (m[0] === '"' ? m : `"@big:${m}"`)),
  );
export const dumpJSON = (v) => JSON.stringify(v).replace(/"@big:(-?\d+)"/g, '$1');

export class Bindings {
  constructor(base) {
    this.map = new Map();
    this.base = base;
  }
  get(type, name) {
    return (
      FIXTURES[type] ??
      (type === 'base'
        ? this.base
        : type === 'peer'
          ? PEER
          : type === 'peerhost'
            ? PEER.replace(/^https?:\/\//, '')
            : name === undefined
              ? undefined
              : this.map.get(type + ':' + name))
    );
  }
  set(type, name, v) {
    if (type !== 'base' && name !== undefined) this.map.set(type + ':' + name, v);
  }
  // substitute for sending
  fill(v) {
    if (typeof v === 'string') {
      const one = v.match(/^<(s|ms|ns|int|num)(?::([A-Za-z0-9_.-]+))?>$/);
      const r = v.replace(PH, (m, bang, type, name) => {
        if (bang) return '<' + m.slice(2);
        const b = this.get(type, name);
        if (b !== undefined) return b;
        if (name === undefined && type === 's') return String(Math.floor(Date.now() / 1000));
        if (name === undefined && type === 'ms') return String(Date.now());
        if (name === undefined && type === 'ns') return String(Date.now()) + '000000';
        if (name === undefined && type === 'uuid') return crypto.randomUUID();
        throw new Error('unbound placeholder ' + m);
      });
      if (one) return r.length > 15 ? '@big:' + r : Number(r);
      return r;
    }
    if (Array.isArray(v)) return v.map((x) => this.fill(x));
    if (v && typeof v === 'object')
      return Object.fromEntries(Object.entries(v).map(([k, x]) => [this.fill(k) + '', this.fill(x)]));
    return v;
  }
  // try to match a string; returns null or a list of new bindings [[type,name,value]]
  matchStr(exp, act) {
    const names = [];
    let last = 0,
      re = '^';
    for (const m of exp.matchAll(PH)) {
      re += esc(exp.slice(last, m.index));
      last = m.index + m[0].length;
      if (m[1]) {
        re += esc('<' + m[0].slice(2));
        continue;
      }
      const b = this.get(m[2], m[3]);
      if (b !== undefined) re += '(?:' + esc(String(b)) + ')';
      else {
        const k = m[3] === undefined ? -1 : names.findIndex((n) => n && n[0] === m[2] && n[1] === m[3]);
        if (k >= 0) re += '\\' + (k + 1);
        else {
          re += '(' + TYPES[m[2]] + ')';
          names.push([m[2], m[3]]);
        }
      }
    }
    re += esc(exp.slice(last)) + '$';
    const r = act.match(new RegExp(re));
    if (!r) return null;
    return names.map(([t, n], i) => [t, n, r[i + 1]]).filter((x) => x[1] !== undefined);
  }
}

const show = (v) => {
  const s = v === undefined ? 'nothing' : dumpJSON(v);
  return s.length > 300 ? s.slice(0, 300) + '…' : s;
};
// compare; returns the list of differences; binds as it goes
export function compare(exp, act, B, path = '$', out = []) {
  const bad = (why) => {
    out.push(`${path}: ${why ?? `expected ${show(exp)}, got ${show(act)}`}`);
    return out;
  };
  if (typeof exp === 'string') {
    const whole = exp.match(new RegExp('^' + PH.source + '$'));
    if (whole && !whole[1]) {
      if (whole[2] === 'any') {
        if (whole[3] !== undefined && typeof act !== 'object') {
          const b = B.get('any', whole[3]);
          if (b === undefined) B.set('any', whole[3], String(act));
          else if (b !== String(act)) return bad();
        }
        return act === undefined ? bad() : out;
      }
      if (typeof act === 'number') act = Number.isInteger(act) ? act.toFixed(0) : String(act);
      else if (typeof act === 'string' && act.startsWith('@big:')) act = act.slice(5);
    }
    if (typeof act !== 'string') return bad();
    const r = B.matchStr(exp, act);
    if (!r) return bad();
    for (const x of r) B.set(...x);
    return out;
  }
  if (Array.isArray(exp)) {
    if (!Array.isArray(act)) return bad();
    if (act.length !== exp.length) bad(`length ${act.length} instead of ${exp.length}: ${show(act)}`);
    for (let i = 0; i < Math.min(exp.length, act.length); i++) compare(exp[i], act[i], B, `${path}[${i}]`, out);
    return out;
  }
  if (exp && typeof exp === 'object') {
    if ('$unordered' in exp || '$contains' in exp) {
      const want = exp.$unordered ?? exp.$contains;
      if (!Array.isArray(act)) return bad();
      if (exp.$unordered && act.length !== want.length)
        return bad(`length ${act.length} instead of ${want.length}: ${show(act)}`);
      const left = act.slice();
      for (const w of want) {
        const i = left.findIndex((a) => {
          const C = new Bindings(B.base);
          C.map = new Map(B.map);
          return compare(w, a, C, '', []).length === 0;
        });
        if (i < 0) bad(`no element like ${show(w)} in ${show(left)}`);
        else {
          compare(w, left[i], B, path, out);
          left.splice(i, 1);
        }
      }
      return out;
    }
    if ('$length' in exp)
      return act?.length === exp.$length ? out : bad(`length ${act?.length} instead of ${exp.$length}`);
    if ('$keys' in exp)
      return act &&
        typeof act === 'object' &&
        JSON.stringify(Object.keys(act).sort()) === JSON.stringify([...exp.$keys].sort())
        ? out
        : bad(`keys ${show(Object.keys(act ?? {}))} instead of ${show(exp.$keys)}`);
    const sup = '$superset' in exp;
    if (sup) exp = exp.$superset;
    if (!act || typeof act !== 'object' || Array.isArray(act)) return bad();
    const used = new Set();
    for (const [k, e] of Object.entries(exp)) {
      let key = k;
      if (k.match(PH)) {
        key = Object.keys(act).find((a) => {
          if (used.has(a)) return false;
          const r = B.matchStr(k, a);
          if (r) {
            for (const x of r) B.set(...x);
            return true;
          }
          return false;
        });
        if (key === undefined) {
          out.push(`${path}: no key like ${k}`);
          continue;
        }
      }
      if (!(key in act)) {
        out.push(`${path}.${k}: missing, expected ${show(e)}`);
        continue;
      }
      used.add(key);
      compare(e, act[key], B, `${path}.${k}`, out);
    }
    if (!sup) for (const k of Object.keys(act)) if (!used.has(k)) out.push(`${path}.${k}: unexpected ${show(act[k])}`);
    return out;
  }
  return Object.is(exp, act) || (exp === 0 && act === 0) ? out : bad();
}

const agents = { 'http:': new http.Agent({ keepAlive: false }), 'https:': new https.Agent({ keepAlive: false }) };
export function send(base, rq, timeout = 120000) {
  // rq already filled -> {status, headers, raw, buf}
  const url = new URL(base);
  const headers = {};
  let data;
  const low = Object.fromEntries(Object.entries(rq.headers ?? {}).map(([k, v]) => [k.toLowerCase(), v]));
  if (rq.body !== undefined) {
    data = Buffer.from(dumpJSON(rq.body));
    headers['content-type'] = 'application/json';
  } else if (rq.urlencoded !== undefined) {
    data = Buffer.from(new URLSearchParams(rq.urlencoded).toString());
    headers['content-type'] = 'application/x-www-form-urlencoded';
  } else if (rq.raw !== undefined) data = Buffer.from(rq.raw);
  else if (rq.raw_base64 !== undefined) data = Buffer.from(rq.raw_base64, 'base64');
  else if (rq.form !== undefined) {
    const b = '----golden' + crypto.randomBytes(8).toString('hex'),
      parts = [];
    const plain = (v) =>
      v &&
      typeof v === 'object' &&
      !Array.isArray(v) &&
      !('filename' in v || ('name' in v && ('text' in v || 'base64' in v || 'content' in v)));
    const form = Object.entries(rq.form).flatMap(([k, v]) =>
      k === 'fields' && plain(v)
        ? Object.entries(v).map(([a, b]) => [a, typeof b === 'string' ? b : dumpJSON(b)])
        : [[k, v]],
    );
    for (const [k, vs] of form)
      for (const v of Array.isArray(vs) ? vs : [vs]) {
        if (v && typeof v === 'object')
          parts.push(
            Buffer.from(
              `--${b}\r\nContent-Disposition: form-data; name="${k}"; filename="${v.filename ?? v.name}"\r\n${v.type ? `Content-Type: ${v.type}\r\n` : ''}\r\n`,
            ),
            v.base64 !== undefined ? Buffer.from(v.base64, 'base64') : Buffer.from(v.content ?? v.text ?? ''),
            Buffer.from('\r\n'),
          );
        else parts.push(Buffer.from(`--${b}\r\nContent-Disposition: form-data; name="${k}"\r\n\r\n${v}\r\n`));
      }
    parts.push(Buffer.from(`--${b}--\r\n`));
    data = Buffer.concat(parts);
    headers['content-type'] = 'multipart/form-data; boundary=' + b;
  }
  for (const [k, v] of Object.entries(low))
    if (v === null) delete headers[k];
    else headers[k] = v;
  if (data) headers['content-length'] = data.length;
  return new Promise((ok, no) => {
    const q = (url.protocol === 'https:' ? https : http).request(
      {
        host: url.hostname,
        port: url.port,
        method: rq.method,
        path: (url.pathname === '/' ? '' : url.pathname) + encodeURI(rq.path).replace(/%25([0-9A-Fa-f]{2})/g, '%$1'),
        headers,
        agent: agents[url.protocol],
      },
      (r) => {
        const c = [];
        r.on('data', (d) => c.push(d));
        r.on('end', () => ok({ status: r.statusCode, headers: r.headers, buf: Buffer.concat(c) }));
        r.on('error', no);
      },
    );
    q.setTimeout(timeout, () => q.destroy(new Error('timeout')));
    q.on('error', no);
    if (data) q.write(data);
    q.end();
  });
}
export const decode = {
  body: (b) => {
    try {
      return parseJSON(b.toString());
    } catch {
      return { $not_json: b.toString().slice(0, 500) };
    }
  },
  text: (b) => b.toString(),
  sse: (b) =>
    b
      .toString()
      .split(/\r?\n/)
      .filter((l) => l.startsWith('data:'))
      .map((l) => {
        const t = l.slice(5).trim();
        try {
          return parseJSON(t);
        } catch {
          return t;
        }
      }),
  ndjson: (b) =>
    b
      .toString()
      .split('\n')
      .filter((l) => l.trim())
      .map((l) => {
        try {
          return parseJSON(l);
        } catch {
          return l;
        }
      }),
};
export function fillRequest(x, B) {
  const rq = B.fill(x.request);
  rq.headers = Object.fromEntries(Object.entries(rq.headers ?? {}).map(([k, v]) => [k.toLowerCase(), v]));
  if (x.as && x.as !== 'anonymous' && !x.to && rq.headers.authorization === undefined) {
    const t = B.get('token', x.as);
    if (!t) throw new Error('no token bound for ' + x.as);
    rq.headers.authorization = 'Bearer ' + t;
  }
  return rq;
}
export function check(want, got, B) {
  const d = [];
  if (
    want.status !== undefined &&
    !(Array.isArray(want.status) ? want.status.includes(got.status) : want.status === got.status)
  )
    d.push(`status: expected ${want.status}, got ${got.status} ${got.buf.toString().slice(0, 200)}`);
  for (const [k, v] of Object.entries(want.headers ?? {})) {
    const a = got.headers[k.toLowerCase()];
    if (v === null) {
      if (a !== undefined) d.push(`header ${k}: unexpected ${show(a)}`);
    } else compare(v, Array.isArray(a) && !Array.isArray(v) ? a.join(', ') : a, B, 'header ' + k, d);
  }
  for (const p of want.key_order ?? []) {
    const at = (o) => {
        for (const k of p.split('.').slice(1)) o = o?.[k];
        return Object.keys(o ?? {}).join();
      },
      e = at(want.body),
      a = at(decode.body(got.buf));
    if (e !== a) d.push(`${p}: keys in the order ${a} instead of ${e}`);
  }
  for (const k of Object.keys(decode)) if (k in want) compare(want[k], decode[k](got.buf), B, '$', d);
  if (want.bytes) {
    const w = want.bytes;
    if (w.length !== undefined && w.length !== got.buf.length) d.push(`${got.buf.length} bytes instead of ${w.length}`);
    if (w.sha256 && w.sha256 !== crypto.createHash('sha256').update(got.buf).digest('hex')) d.push('sha256 differs');
    if (w.start_base64 && !got.buf.toString('base64').startsWith(w.start_base64.replace(/=+$/, '').slice(0, -1)))
      d.push('first bytes differ');
  }
  return d;
}
export async function runFile(base, file, opt = {}) {
  const B = opt.bindings ?? new Bindings(base.replace(/\/$/, ''));
  const r = { file, total: 0, ok: 0, fail: 0, skipped: 0, failures: [] };
  for (const [n, line] of fs.readFileSync(file, 'utf8').split('\n').entries()) {
    if (!line.trim()) continue;
    let x;
    try {
      x = parseJSON(line);
    } catch (e) {
      throw new Error(`${file}:${n + 1}: ${e.message}`);
    }
    if (!x.request) {
      if (opt.verbose && x.meta) console.log('meta', JSON.stringify(x.meta));
      continue;
    }
    if (opt.only && !x.id.startsWith(opt.only)) continue;
    r.total++;
    if (x.wait_ms) await new Promise((f) => setTimeout(f, x.wait_ms));
    let d;
    const want = x.defect && !opt.defects ? x.better : x.response;
    try {
      const dest = x.to ? B.get(x.to) : B.base;
      const got = await send(dest, fillRequest(x, B));
      if (want) {
        let now = got;
        const end = Date.now() + (x.poll ? 20000 : 0);
        for (;;) {
          const save = new Map(B.map);
          d = check(want, now, B);
          if (!d.length || Date.now() >= end) break;
          B.map = save;
          await new Promise((f) => setTimeout(f, 200));
          now = await send(dest, fillRequest(x, B));
        }
      } else {
        check(x.response, got, B);
        r.skipped++;
        if (opt.verbose) console.log('skip', x.id, x.title);
        continue;
      }
    } catch (e) {
      if (!want) {
        r.skipped++;
        if (opt.verbose) console.log('skip', x.id, String(e.message ?? e));
        continue;
      }
      d = [String(e.message ?? e)];
    }
    if (d.length) {
      r.fail++;
      r.failures.push({ id: x.id, d });
      console.log(`FAIL ${x.id} ${x.title} (${x.as} ${x.request.method} ${x.request.path})`);
      for (const l of d.slice(0, 12)) console.log('     ' + l);
      if (opt.stop) break;
    } else {
      r.ok++;
      if (opt.verbose) console.log('ok  ', x.id, x.title);
    }
  }
  return r;
}
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const a = process.argv.slice(2),
    f = a.filter((x) => !x.startsWith('--')),
    o = (k) => a.includes('--' + k);
  if (f.length < 2) {
    console.error('node replay.mjs BASE FILE.jsonl... [--defects] [--verbose] [--only=PREFIX] [--stop]');
    process.exit(2);
  }
  let bad = 0;
  for (const file of f.slice(1)) {
    const r = await runFile(f[0], file, {
      defects: o('defects'),
      verbose: o('verbose'),
      stop: o('stop'),
      only: a.find((x) => x.startsWith('--only='))?.slice(7),
    });
    console.log(`${file}: ${r.total} exchanges, ${r.ok} ok, ${r.fail} failed, ${r.skipped} defects not compared`);
    bad += r.fail;
  }
  process.exit(bad ? 1 : 0);
}

// recorder: drives a server, normalises, writes jsonl
import fs from 'node:fs';
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g;
export class Rec {
  constructor(base, area) {
    this.base = base;
    this.area = area;
    this.names = new Map();
    this.tokens = {};
    this.lines = [];
    this.n = 0;
    this.auto = 0;
  }
  static conv(v) {
    // my shorthands -> replay.mjs
    if (v === '<object>') return { $superset: {} };
    if (v === '<list>') return { $contains: [] };
    if (v === '<bool>') return '<any>';
    if (v === '<list:num>') return { $length: 384 };
    let m;
    if (typeof v === 'string' && (m = /^<list:(\d+)>$/.exec(v))) return { $length: +m[1] };
    if (Array.isArray(v)) return v.map(Rec.conv);
    if (v && typeof v === 'object') {
      const { '<rest>': rest, ...o } = v;
      const r = Object.fromEntries(Object.entries(o).map(([k, x]) => [k, Rec.conv(x)]));
      return rest ? { $superset: r } : r;
    }
    return v;
  }
  static final(r, unordered = []) {
    for (const p of unordered) {
      const ks = p.split('.').slice(1);
      if (!ks.length) r.body = { $unordered: r.body };
      else {
        let o = r.body;
        for (const k of ks.slice(0, -1)) o = o?.[k];
        const l = ks.at(-1);
        if (o && Array.isArray(o[l])) o[l] = { $unordered: o[l] };
      }
    }
    if ('body' in r) {
      if (r.body === '<html>') {
        delete r.body;
        r.headers = { 'content-type': '<any>html<any>' };
      } else if (typeof r.body === 'string' && !/^<\w+>$/.test(r.body) && r.status >= 500) {
        r.text = r.body;
        delete r.body;
      } else r.body = Rec.conv(r.body);
    }
    return r;
  }
  name(uuid, n) {
    if (uuid && !this.names.has(uuid)) this.names.set(uuid, n);
  }
  txt(s) {
    s = s.replace(JWT, (m) => {
      for (const [k, t] of Object.entries(this.tokens)) if (t === m) return `<token:${k}>`;
      return '<token>';
    });
    return s.replace(UUID, (m) => {
      if (!this.names.has(m)) {
        if (this.noauto) return '<uuid>';
        this.names.set(m, 'u' + ++this.auto);
      }
      return `<uuid:${this.names.get(m)}>`;
    });
  }
  norm(v, key = '', obj = null, res = true) {
    if (typeof v === 'string') return this.txt(v);
    if (Array.isArray(v)) {
      if (res && v.length > 50 && v.every((x) => typeof x === 'number')) return '<list:num>';
      return v.map((x) => this.norm(x, key, null, res));
    }
    if (v && typeof v === 'object')
      return Object.fromEntries(Object.entries(v).map(([k, x]) => [this.txt(k), this.norm(x, k, v, res)]));
    if (typeof v === 'number' && res) {
      const now = Date.now();
      if (key === 'distances' && !Number.isInteger(v)) return '<num>';
      if (Number.isInteger(v))
        for (const [t, f, w] of [
          ['s', 1e3, 60],
          ['ms', 1, 2],
          ['ns', 1e-6, 2],
        ])
          if (Math.abs(v * f - now) < w * 864e5) {
            const id = obj?.id && this.names.get(obj.id);
            return key === 'created_at' && id ? `<${t}:${id}.created>` : `<${t}>`;
          }
    }
    return v;
  }
  async call(title, as, mp, body, o = {}) {
    const sp = mp.indexOf(' '),
      method = mp.slice(0, sp),
      path = mp.slice(sp + 1);
    const headers = { ...(o.headers ?? {}) };
    if (as !== 'anonymous' && this.tokens[as]) headers.authorization ??= 'Bearer ' + this.tokens[as];
    let payload;
    if (o.raw !== undefined) {
      payload = o.raw;
      headers['content-type'] = 'application/json';
    } else if (body !== undefined) {
      payload = JSON.stringify(body);
      headers['content-type'] = 'application/json';
    } else if (method !== 'GET') headers['content-type'] = 'application/json';
    if (o.pause) await new Promise((r) => setTimeout(r, o.pause));
    const r = await fetch(this.base + path, { method, headers, body: payload, redirect: 'manual' });
    const text = await r.text(),
      type = r.headers.get('content-type') ?? '';
    let out = text;
    if (type.includes('json') && text) out = JSON.parse(text);
    else if (type.includes('text/html')) out = '<html>';
    if (out && typeof out === 'object') {
      if (o.token) {
        this.tokens[o.token] = out.token;
        this.name(out.id, o.token);
      }
      if (o.name) {
        if (typeof o.name === 'string') this.name(out.id, o.name);
        else for (const [k, f] of Object.entries(o.name)) this.name(f(out), k);
      }
    }
    const id = `${this.area}-${String(++this.n).padStart(3, '0')}`;
    const line = {
      id,
      title,
      as,
      request: { method, path: this.txt(path) },
      response: { status: r.status, body: this.norm(out) },
    };
    if (o.headers) line.request.headers = this.norm(o.headers, '', null, false);
    if (o.raw !== undefined) {
      line.request.raw = o.raw;
      line.request.headers = { 'content-type': 'application/json' };
    } else if (body === undefined && method !== 'GET')
      line.request.headers = { ...line.request.headers, 'content-type': 'application/json' };
    else if (body !== undefined) line.request.body = this.norm(body, '', null, false);
    if (o.pause) line.wait_ms = o.pause;
    line.unordered = o.unordered;
    if (o.keys) line.response.key_order = o.keys;
    if (o.len) line.response.body = `<list:${out.length}>`;
    if (o.fix) {
      o.fix(line.response.body, line);
    }
    if (o.note) line.note = o.note;
    if (o.defect) {
      line.defect = true;
      if (o.expect) line.expect = o.expect;
    }
    this.lines.push(line);
    const s = JSON.stringify(out);
    console.log(
      `${id} ${r.status} [${as} ${method} ${line.request.path}] ${title} -> ${s?.length > (o.show ?? 160) ? s.slice(0, o.show ?? 160) + '…' : s}`,
    );
    return out;
  }
  save(file) {
    this.lines = this.lines.map((l) => {
      const { unordered, expect, ...x } = l;
      x.response = Rec.final(x.response, unordered);
      if (expect) x.better = Rec.final(structuredClone(expect));
      return x;
    });
    fs.writeFileSync(file, this.lines.map((l) => JSON.stringify(l)).join('\n') + '\n');
    console.log(`${file}: ${this.lines.length} exchanges`);
  }
  async users(list = ['user', 'other', 'pending', 'dora']) {
    const hide = (b) => {
      if (b.permissions) b.permissions = '<object>';
      if (b.profile_image_url) b.profile_image_url = '<str>';
    };
    await this.call(
      'first sign-up becomes admin',
      'anonymous',
      'POST /api/v1/auths/signup',
      { name: 'Admin', email: 'admin@example.com', password: 'pass-Word1' },
      { token: 'admin', fix: hide },
    );
    for (const u of list)
      await this.call(
        `admin adds ${u}`,
        'admin',
        'POST /api/v1/auths/add',
        {
          name: u[0].toUpperCase() + u.slice(1),
          email: `${u}@example.com`,
          password: 'pass-Word1',
          role: u === 'pending' ? 'pending' : 'user',
        },
        { token: u, fix: hide },
      );
  }
}

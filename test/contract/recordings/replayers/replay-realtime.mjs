#!/usr/bin/env node
// node replay-realtime.mjs BASE realtime.jsonl [--defects] [--verbose] [--record=steps.mjs]     needs socket.io-client (env SIO = a folder below which it resolves)
// The file format is told in the first line of realtime.jsonl. Placeholders and comparison: replay.mjs; besides <sid:NAME> = the socket id of client NAME and {"$bytes":[…]} = a binary attachment.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Bindings, TYPES, compare, send, check, decode, fillRequest } from './replay.mjs';
const { io } = createRequire((process.env.SIO ?? process.cwd()) + '/x')('socket.io-client');
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const enc = (v) =>
  Buffer.isBuffer(v) || v instanceof Uint8Array || v instanceof ArrayBuffer
    ? { $bytes: [...Buffer.from(v)] }
    : Array.isArray(v)
      ? v.map(enc)
      : v && typeof v === 'object'
        ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, enc(x)]))
        : v;
const dec = (v) =>
  v && typeof v === 'object' && '$bytes' in v
    ? Buffer.from(v.$bytes)
    : Array.isArray(v)
      ? v.map(dec)
      : v && typeof v === 'object'
        ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, dec(x)]))
        : v;
export class World {
  constructor(base) {
    this.base = base;
    this.B = new Bindings(base);
    this.clients = new Map();
    this.sids = new Map();
    this.answer = new Map();
  }
  fill(v) {
    const s = JSON.stringify(v).replace(/<sid:(\w+)>/g, (m, n) => this.sids.get(n) ?? m);
    return this.B.fill(JSON.parse(s));
  }
  hide(v) {
    let s = JSON.stringify(v);
    for (const [n, id] of this.sids) s = s.replaceAll(id, `<sid:${n}>`);
    return JSON.parse(s);
  }
  async act(st) {
    // -> result of one step
    const r = {};
    for (const c of this.clients.values()) c.log.length = 0;
    if (st.do === 'connect') {
      const o = {
        path: '/ws/socket.io',
        transports: st.transports ?? ['websocket'],
        reconnection: false,
        forceNew: true,
        timeout: 5000,
      };
      if (st.auth !== undefined) o.auth = this.fill(st.auth);
      const s = io(this.base, o);
      s.log = [];
      this.clients.set(st.client, s);
      s.onAny((ev, ...a) => {
        const fn = typeof a.at(-1) === 'function' ? a.pop() : null;
        s.log.push([ev, ...enc(a), ...(fn ? ['<ack wanted>'] : [])]);
        if (fn && this.answer.has(st.client)) fn(...this.fill(this.answer.get(st.client)));
      });
      s.on('disconnect', (why) => s.log.push(['disconnect', why]));
      r.connected = await new Promise((ok) => {
        s.on('connect', () => {
          this.sids.set(st.client, s.id);
          ok(true);
        });
        s.on('connect_error', (e) => ok(String(e.message)));
      });
    } else if (st.do === 'emit') {
      const s = this.clients.get(st.client),
        args = dec(this.fill(st.args ?? []));
      if (st.ack)
        r.ack = await new Promise((ok) => {
          const t = setTimeout(() => ok('<none>'), st.ack_ms ?? 1500);
          s.emit(st.event, ...args, (...a) => {
            clearTimeout(t);
            ok(enc(a));
          });
        });
      else s.emit(st.event, ...args);
    } else if (st.do === 'answer') this.answer.set(st.client, st.args);
    else if (st.do === 'disconnect') this.clients.get(st.client).close();
    else if (st.do === 'http') {
      const rq = fillRequest({ as: st.as, request: this.fill(st.request) }, this.B);
      const got = await send(this.base, rq);
      r.response = { status: got.status, body: decode.body(got.buf) };
      r.got = got;
    } else if (st.do === 'token') {
      if (!st.from) throw new Error('token');
      this.B.map.set('token:' + st.name, 'x');
    }
    await sleep(st.settle_ms ?? 250);
    r.received = {};
    for (const [n, c] of this.clients) if (c.log.length) r.received[n] = c.log.slice();
    return r;
  }
  close() {
    for (const c of this.clients.values()) c.close();
    this.clients.clear();
    this.sids.clear();
    this.answer.clear();
  }
}
async function replay(base, file, opt) {
  const lines = fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((l) => JSON.parse(l));
  const W = new World(base);
  let ok = 0,
    bad = 0,
    skipped = 0;
  for (const l of lines) {
    if (!l.steps) continue;
    if (l.defect && !opt.defects) {
      skipped++;
      continue;
    }
    const d = [];
    for (const [i, st] of l.steps.entries()) {
      try {
        const r = await W.act(st),
          e = (x, y, p) => compare(x, W.hide(y), W.B, p, d);
        if ('connected' in st) e(st.connected, r.connected, `step ${i + 1} connected`);
        if (st.ack) e(st.ack, r.ack, `step ${i + 1} ack`);
        if (st.response) {
          if (
            Array.isArray(st.response.status)
              ? !st.response.status.includes(r.response.status)
              : st.response.status !== r.response.status
          )
            d.push(`step ${i + 1}: status ${r.response.status} instead of ${JSON.stringify(st.response.status)}`);
          if ('body' in st.response) e(st.response.body, r.response.body, `step ${i + 1} body`);
        }
        e(st.received ?? {}, r.received, `step ${i + 1} received`);
      } catch (x) {
        d.push(`step ${i + 1}: ${x.message}`);
      }
    }
    W.close();
    await sleep(150);
    if (d.length) {
      bad++;
      console.log('FAIL', l.id, l.title);
      d.slice(0, 10).forEach((x) => console.log('     ' + x));
    } else {
      ok++;
      if (opt.verbose) console.log('ok  ', l.id, l.title);
    }
  }
  console.log(`${file}: ${ok} ok, ${bad} failed, ${skipped} defects not played`);
  return bad;
}
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const a = process.argv.slice(2),
    f = a.filter((x) => !x.startsWith('--'));
  process.exit(
    (await replay(f[0], f[1], { defects: a.includes('--defects'), verbose: a.includes('--verbose') })) ? 1 : 0,
  );
}

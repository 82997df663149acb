import { runInThisContext } from 'node:vm';
import { JavascriptEngine, type EngineHost } from '../engine.mjs';
import { Machines } from '../machine/machines.mjs';

const engine = new JavascriptEngine(new Machines({ libraryPath: __dirname, memoryBytes: 40 * 1024 * 1024 }), {
  cpu: 20_000,
});

async function inside(expression: string, host: EngineHost = {}) {
  const code = `export async function f() { return ${expression} }`;
  const { ok, error } = await engine.call({ call: 1, code, expects: 'tools', method: 'f' }, host);
  return error ? `${error.details.split(':')[0]}: ${error.message}` : ok['value'];
}

/** Of what Node makes of the same expression. */
async function outside(expression: string) {
  const made = (await runInThisContext(`(async () => ${expression})()`)) as unknown;
  return made === undefined ? null : (JSON.parse(JSON.stringify(made)) as unknown);
}

describe('globals', () => {
  it.each([
    // Addresses
    'new URL("../b?c=d&c=e#f", "https://user:pw@example.com:8443/a/x").href',
    '[..."protocol username password host hostname port pathname search hash origin".split(" ")].map((p) => new URL("https://u:p@ä.example:81/a b?q=1#h")[p])',
    '(() => { const u = new URL("https://example.com/?a=1"); u.searchParams.append("b", "x y&"); u.searchParams.set("a", "ü"); u.pathname = "/é"; u.hash = "z"; return [String(u), u.search] })()',
    '(() => { const u = new URL("https://example.com/?a=1"); u.search = "?z=9"; return [u.searchParams.get("z"), u.searchParams.has("a"), [...u.searchParams]] })()',
    'JSON.stringify({ u: new URL("https://example.com") })',
    '[URL.canParse("nope"), URL.canParse("/a", "https://b.c")]',
    'new URLSearchParams("?a=1&b=%20+&c&a=2&%zz=1").toString()',
    'new URLSearchParams({ q: "a b*c~(d)\'!", "ü": "€" }).toString()',
    '[...new URLSearchParams([["b", 1], ["a", 2], ["b", 3]]).keys()]',
    '(() => { const p = new URLSearchParams("b=1&a=2&b=3"); p.sort(); p.delete("a"); return [p.getAll("b"), p.size, String(p)] })()',
    // Headers
    '[...new Headers({ "X-B": " 1 ", "content-type": "t", a: "z" })]',
    '(() => { const h = new Headers([["a", "1"], ["A", "2"]]); h.set("b", "3"); h.delete("c"); return [h.get("a"), h.has("B"), h.get("none")] })()',
    // Texts and bytes
    'Array.from(new TextEncoder().encode("aé€😀\\ud800"))',
    'new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xff, 0xe2, 0x82, 0xac]))',
    'new TextDecoder("latin1").decode(new Uint8Array([0xe4, 0x80]))',
    '(() => { const d = new TextDecoder(); return [d.decode(new Uint8Array([0xe2, 0x82]), { stream: true }), d.decode(new Uint8Array([0xac])), d.decode()] })()',
    '[btoa("a\\u0000ÿ"), atob(" YQ D/ "), atob("")]',
    'Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode("abc"))))',
    'crypto.randomUUID().length',
    'new Set(crypto.getRandomValues(new Uint32Array(8))).size',
    // Copies
    'structuredClone({ a: [1, { b: new Date(5) }], m: [...new Map([[1, new Set([2])]])].length, n: null })',
    '(() => { const a = { list: [] }; a.self = a; const b = structuredClone(a); return [b !== a, b.self === b, b.list !== a.list] })()',
    '[...structuredClone(new Map([["a", { b: 1 }]]))]',
    'Array.from(structuredClone(new Uint8Array([1, 2])))',
    // Locales
    '(1234567.891).toLocaleString("de-DE")',
    '(0.256).toLocaleString("en-US", { style: "percent" })',
    '12n.toLocaleString("en-US", { style: "currency", currency: "EUR" })',
    'new Date(Date.UTC(2024, 1, 3, 4, 5, 6)).toLocaleDateString("en-US", { weekday: "long", timeZone: "Asia/Tokyo" })',
    'new Date(Date.UTC(2024, 1, 3, 4, 5, 6)).toLocaleTimeString("en-GB", { timeZone: "UTC" })',
    'new Date(Date.UTC(2024, 1, 3, 4, 5, 6)).toLocaleString("de-DE", { timeZone: "UTC" })',
    'new Date(NaN).toLocaleDateString()',
    'new Intl.NumberFormat("en-IN").format(1234567)',
    'new Intl.DateTimeFormat("fr-FR", { dateStyle: "full", timeZone: "UTC" }).format(new Date(0))',
    'new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-1, "day")',
    'new Intl.ListFormat("en").format(["a", "b", "c"])',
    'new Intl.PluralRules("en", { type: "ordinal" }).select(22)',
    // Requests and responses
    'await new Response("é").text()',
    'await new Response(JSON.stringify({ a: 1 })).json()',
    '(() => { const r = new Response("x", { status: 404 }); return [r.ok, r.status, r.headers.get("content-type"), r.bodyUsed] })()',
    'await Response.json([1], { status: 201, headers: { a: "b" } }).text()',
    'Array.from(new Uint8Array(await new Response(new Uint8Array([1, 2])).arrayBuffer()))',
    'await (async () => { const r = new Response("a"); await r.text(); try { await r.text() } catch (error) { return error.name } })()',
    'await (async () => { const out = []; for await (const part of new Response("abc").body) out.push(part.length); return out })()',
    'await new Blob(["a", new Uint8Array([98]), new Blob(["c"])], { type: "Text/Plain" }).text()',
    '(() => { const r = new Request("https://example.com/a", { method: "post", body: "x", headers: { a: "b" } }); return [r.method, r.url, r.headers.get("a")] })()',
    // Signals and events
    '(() => { const c = new AbortController(); let n = 0; c.signal.addEventListener("abort", () => (n += 1)); c.abort(); c.abort(); return [n, c.signal.aborted, c.signal.reason.name] })()',
    '(() => { try { AbortSignal.abort(new TypeError("x")).throwIfAborted() } catch (error) { return error.message } })()',
    'await new Promise((done) => AbortSignal.timeout(1).addEventListener("abort", () => done("late")))',
    '(() => { const t = new EventTarget(); const seen = []; t.addEventListener("a", (e) => seen.push(e.type), { once: true }); t.dispatchEvent(new Event("a")); t.dispatchEvent(new Event("a")); return seen })()',
    // Timers
    'await new Promise((done) => { const order = []; setTimeout(() => order.push(2) && done(order), 5); queueMicrotask(() => order.push(1)) })',
    'await new Promise((done) => { let n = 0; const id = setInterval(() => { n += 1; if (n === 3) { clearInterval(id); done(n) } }, 1) })',
    'await new Promise((done) => { const id = setTimeout(() => done("no"), 1); clearTimeout(id); setTimeout(() => done("yes"), 5) })',
  ])('%s', async (expression) => {
    expect(await inside(expression)).toEqual(await outside(expression));
  });

  it.each([
    ['new URL("nope")', 'TypeError: Invalid URL'],
    ['btoa("€")', 'RangeError: The text holds characters outside of Latin1'],
    ['atob("a")', 'TypeError: Invalid base64'],
    ['new Headers({ "a b": "c" })', 'TypeError: Invalid header name'],
    ['new Headers({ a: "b\\r\\nc: d" })', 'TypeError: Invalid header value'],
    ['new Request("https://a.b", { body: "x" })', 'TypeError: Request with GET/HEAD method cannot have body.'],
    ['new TextDecoder("nope")', 'RangeError: The "nope" encoding is not supported'],
    ['new Intl.Segmenter("de")', 'Error: Intl.Segmenter is not available in the sandbox'],
    ['require("node:fs")', 'Error: The module "node:fs" is not available in the sandbox'],
    ['structuredClone(() => 1)', 'DataCloneError: [Function (anonymous)] could not be cloned.'],
    ['setTimeout("alert(1)")', 'TypeError: The callback of a timer has to be a function'],
    ['new Response("", { status: 99 })', 'RangeError: Invalid status'],
    ['crypto.subtle.digest("MD5", new Uint8Array(1))', 'TypeError: MD5 is not supported'],
    ['process.env', "ReferenceError: 'process' is not defined"],
  ])('refuses %s', async (expression, error) => {
    await expect(inside(expression)).resolves.toBe(error);
  });
});

describe('fetch', () => {
  const pairs = [
    ['content-type', 'application/json'],
    ['x-a', '1'],
  ];
  /** Answers with the chunks, and records what was asked. */
  function hostOf(chunks: string[], meta: object = {}) {
    const asked: unknown[] = [];
    const host = {
      fetch: async (_call: number, request: object, body: Uint8Array | null) => {
        asked.push(request, body === null ? null : Buffer.from(body).toString());
        return {
          meta: { status: 200, reason: 'OK', url: 'https://example.com/end', headers: pairs, stream: 7, ...meta },
        };
      },
      read: async () => (chunks.length > 0 ? Buffer.from(chunks.shift()!) : null),
      close: async (_call: number, stream: number) => void asked.push(['close', stream]),
    };
    return { asked, host: host as unknown as EngineHost };
  }

  it('sends a request by the server and reads the response', async () => {
    const { asked, host } = hostOf(['{"a":', '"é"}']);
    const call =
      'fetch("https://example.com/x?a=b", { method: "post", body: JSON.stringify({ q: 1 }), headers: { "Content-Type": "application/json", "X-Key": "k" } })';
    const read = `await (async () => { const r = await ${call}; return [r.status, r.ok, r.url, r.redirected, r.headers.get("X-A"), await r.json()] })()`;
    await expect(inside(read, host)).resolves.toEqual([200, true, 'https://example.com/end', false, '1', { a: 'é' }]);
    expect(asked).toEqual([
      {
        ...{ url: 'https://example.com/x?a=b', method: 'POST', timeout: null, follow: true, stream: true },
        headers: [
          ['content-type', 'application/json'],
          ['x-key', 'k'],
        ],
      },
      '{"q":1}',
    ]);
  });

  it('reads bodies line by line, also across chunks and characters', async () => {
    const bytes = Buffer.from('data: é\r\ndata: 2\n\nrest');
    const { host } = hostOf([]);
    const chunks = [bytes.subarray(0, 7), bytes.subarray(7, 12), bytes.subarray(12)];
    (host as unknown as { read(): Promise<Buffer | null> }).read = async () => chunks.shift() ?? null;
    const lines =
      'await (async () => { const out = []; for await (const line of (await fetch("https://a.b")).lines()) out.push(line); return out })()';
    await expect(inside(lines, host)).resolves.toEqual(['data: é', 'data: 2', '', 'rest']);
  });

  it('closes a body that is left early', async () => {
    const { asked, host } = hostOf(['a', 'b']);
    const first =
      'await (async () => { for await (const chunk of (await fetch("https://a.b")).body) return new TextDecoder().decode(chunk) })()';
    await expect(inside(first, host)).resolves.toBe('a');
    expect(asked).toContainEqual(['close', 7]);
  });

  it.each([
    ['new URLSearchParams({ a: "b c" })', 'a=b+c', 'application/x-www-form-urlencoded;charset=UTF-8'],
    ['"text"', 'text', 'text/plain;charset=UTF-8'],
    ['new Uint8Array([104, 105])', 'hi', undefined],
    ['new Blob(["b"], { type: "text/css" })', 'b', 'text/css'],
    ['(async function* () { yield "a"; yield "b" })()', 'ab', undefined],
  ])('sends %s', async (body, text, type) => {
    const { asked, host } = hostOf([]);
    await inside(`(await fetch("https://a.b", { method: "PUT", body: ${body} })).status`, host);
    expect(asked[1]).toBe(text);
    expect((asked[0] as { headers: [string, string][] }).headers).toEqual(type ? [['content-type', type]] : []);
  });

  it('sends forms with files', async () => {
    const { asked, host } = hostOf([]);
    const form =
      '(() => { const f = new FormData(); f.append("a\\"\\r\\n", "1"); f.append("file", new Blob(["x"], { type: "text/plain" }), "n.txt"); return f })()';
    await inside(`(await fetch("https://a.b", { method: "POST", body: ${form} })).status`, host);
    const [[, type]] = (asked[0] as { headers: [string, string][] }).headers as [[string, string]];
    const boundary = type.split('boundary=')[1]!;
    expect((asked[1] as string).replaceAll(boundary, 'B').split('\r\n')).toEqual([
      ...['--B', 'Content-Disposition: form-data; name="a%22%0D%0A"', '', '1'],
      ...['--B', 'Content-Disposition: form-data; name="file"; filename="n.txt"', 'Content-Type: text/plain', '', 'x'],
      ...['--B--', ''],
    ]);
  });

  it('passes refusals of the server on as network errors', async () => {
    const host = {
      fetch: async () => {
        throw new Error(JSON.stringify({ failure: 'forbidden', message: 'The host a.b is not allowed' }));
      },
    };
    const message =
      'await fetch("https://a.b").catch((error) => [error.name, error.message, error instanceof TypeError])';
    await expect(inside(message, host)).resolves.toEqual(['TypeError', 'The host a.b is not allowed', true]);
  });

  it('does not follow redirects where that is not wanted', async () => {
    const { asked, host } = hostOf([], { status: 302 });
    await expect(inside('(await fetch("https://a.b", { redirect: "manual" })).status', host)).resolves.toBe(302);
    expect(asked[0]).toMatchObject({ follow: false });
    await expect(inside('fetch("https://a.b", { redirect: "error" })', host)).resolves.toBe(
      'TypeError: The response is a redirect',
    );
  });

  it('is given up on a signal', async () => {
    const host = { fetch: () => new Promise(() => undefined), close: async () => undefined };
    const aborted = 'await fetch("https://a.b", { signal: AbortSignal.timeout(1) }).catch((error) => error.name)';
    await expect(inside(aborted, host)).resolves.toBe('TimeoutError');
    await expect(inside('fetch("https://a.b", { signal: AbortSignal.abort() })', host)).resolves.toBe(
      'AbortError: This operation was aborted',
    );
  });
});

describe('z', () => {
  const parse = (type: string, value: string) => inside(`${type}.parse(${value})`);

  it.each([
    [
      'z.object({ a: z.string(), b: z.number().default(2), c: z.boolean().optional() })',
      '{ a: "x", d: 1 }',
      { a: 'x', b: 2 },
    ],
    ['z.array(z.coerce.number())', '["1", 2]', [1, 2]],
    ['z.union([z.string(), z.number()]).nullable()', 'null', null],
    ['z.enum(["a", "b"])', '"b"', 'b'],
    ['z.record(z.string(), z.number())', '{ a: 1 }', { a: 1 }],
    ['z.object({ a: z.string() }).passthrough().transform((v) => Object.keys(v))', '{ a: "1", b: 2 }', ['a', 'b']],
    ['z.string().trim().email()', '" a@b "', 'a@b'],
    ['z.literal(5).or(z.string())', '"s"', 's'],
    [
      'z.object({ a: z.string(), b: z.string() }).pick({ a: true }).extend({ c: z.number() })',
      '{ a: "1", c: 2 }',
      { a: '1', c: 2 },
    ],
    ['z.object({ a: z.string() }).partial()', '{}', {}],
  ])('%s reads %s', async (type, value, result) => {
    await expect(parse(type, value)).resolves.toEqual(result);
  });

  it.each([
    ['z.object({ a: z.object({ b: z.string() }) })', '{ a: { b: 1 } }', 'a.b\n  Input should be a valid string'],
    ['z.number().int().min(3)', '2.5', '(root)\n  Input should be a valid integer'],
    ['z.number().positive()', '0', '(root)\n  Input should be greater than 0'],
    ['z.string().min(2).max(3)', '"abcd"', '(root)\n  Input should have at most 3 characters'],
    ['z.string().regex(/^a/)', '"b"', "(root)\n  String should match pattern '^a'"],
    ['z.string().url()', '"x"', '(root)\n  Invalid URL'],
    ['z.string().uuid()', '"x"', '(root)\n  Invalid UUID'],
    ['z.number().refine((n) => n % 2 === 0, "Even only")', '3', '(root)\n  Even only'],
    ['z.array(z.string()).nonempty()', '[]', '(root)\n  Input should have at least 1 items'],
    ['z.object({ a: z.string() })', '{}', 'a\n  Field required'],
    ['z.boolean()', '"true"', '(root)\n  Input should be a valid boolean'],
  ])('%s refuses %s', async (type, value, message) => {
    await expect(parse(type, value)).resolves.toBe(`ZodError: 1 validation error for value\n${message}`);
  });

  it('collects all errors, and tells without throwing', async () => {
    const type = 'z.object({ a: z.string(), b: z.number() }).safeParse({ a: 1 })';
    await expect(inside(`(({ success, error }) => [success, error.issues.length])(${type})`)).resolves.toEqual([
      false,
      2,
    ]);
  });

  it('does not let names of properties reach prototypes', async () => {
    const parsed = `z.record(z.any()).parse(JSON.parse('{"__proto__": {"x": 1}}'))`;
    await expect(inside(`[Object.hasOwn(${parsed}, "__proto__"), ({}).x === undefined]`)).resolves.toEqual([
      true,
      true,
    ]);
  });
});

import { gzipSync } from 'node:zlib';
import { PythonLibrary } from '../../../../test/support/python-library';

let library: PythonLibrary;
beforeAll(() => {
  library = new PythonLibrary();
});
afterAll(() => library.stop());

describe('HTTP', () => {
  const base = 'http://service.test';
  /** Runs a cell against scripted responses; its output as lines. */
  const cell = async (code: string, http: Record<string, unknown>) => {
    const { found, seen } = await library.run(code, { http });
    expect(found.ok?.stderr).toBe('');
    return { lines: String(found.ok?.stdout).trimEnd().split('\n'), requests: seen.requests };
  };

  it('of requests: forms, files, sessions, cookies, redirects, streams and errors', async () => {
    const { lines, requests } = await cell(
      `
import requests
from requests.auth import HTTPBasicAuth, HTTPDigestAuth
B = "${base}"
r = requests.get(B + "/q?a=1", params={"b": [1, 2], "c": None, "d": "x y"}, headers={"X-A": "1"})
print(r.status_code, r.ok, r.json(), r.url, r.encoding, r.headers["CONTENT-TYPE"], repr(r), r.request.method)
print(requests.post(B + "/form", data={"a": "1", "b": ["x", "ü"]}).text)
print(requests.put(B + "/file", data={"k": "v"}, files={"f": ("a.txt", b"hi", "text/plain")}).text)
s = requests.Session()
s.headers["X-S"] = "s"
s.get(B + "/login")
print(s.cookies.get_dict(), s.get(B + "/me", auth=("u", "p")).text)
r = s.get(B + "/moved")
print([h.status_code for h in r.history], r.url)
with requests.get(B + "/lines", stream=True) as r:
    print(list(r.iter_lines()), list(requests.get(B + "/lines").iter_content(3)))
print(requests.get(B + "/latin").text, requests.get(B + "/zip").json())
for path in ("slow", "down", "loop", "tls", "refused"):
    try:
        requests.get(f"{B}/{path}", timeout=(1, 2))
    except requests.exceptions.RequestException as error:
        print(path, type(error).__name__, isinstance(error, requests.ConnectionError), isinstance(error, requests.Timeout))
try:
    requests.get(B + "/text").json()
except requests.JSONDecodeError as error:
    print(error)
try:
    requests.get("example.com")
except ValueError as error:
    print(error)
try:
    requests.get(B + "/bad").raise_for_status()
except requests.HTTPError as error:
    print(error, error.response.status_code, bool(error.response))
print(requests.get(B + "/digest", auth=HTTPDigestAuth("u", "p")).text, requests.codes.not_found)
`,
      {
        [`GET ${base}/q?a=1&b=1&b=2&d=x+y`]: { body: { ok: 1 } },
        [`POST ${base}/form`]: { body: 'posted' },
        [`PUT ${base}/file`]: { body: 'put' },
        [`GET ${base}/login`]: { headers: { 'set-cookie': 'sid=42; Path=/; HttpOnly' } },
        [`GET ${base}/me`]: { body: 'me' },
        [`GET ${base}/moved`]: { status: 302, headers: { location: '/new', 'set-cookie': 'hop=1' } },
        [`GET ${base}/new`]: { body: 'new' },
        [`GET ${base}/lines`]: { chunks: ['a\nb', 'c\r\n', 'd'] },
        [`GET ${base}/latin`]: { headers: { 'content-type': 'text/plain; charset=latin-1' }, base64: '/A==' },
        [`GET ${base}/zip`]: {
          headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
          base64: gzipSync('{"ui": 1}').toString('base64'),
        },
        [`GET ${base}/slow`]: { failure: 'timeout' },
        [`GET ${base}/loop`]: { failure: 'redirects' },
        [`GET ${base}/tls`]: { failure: 'tls' },
        [`GET ${base}/refused`]: { failure: 'forbidden', message: 'not in the list' },
        [`GET ${base}/text`]: { body: 'text' },
        [`GET ${base}/bad`]: { status: 503, reason: 'Busy' },
        [`GET ${base}/digest`]: [
          { status: 401, headers: { 'www-authenticate': 'Digest realm="r", nonce="n", qop="auth"' } },
          { body: 'in' },
        ],
      },
    );
    expect(lines).toEqual([
      `200 True {'ok': 1} ${base}/q?a=1&b=1&b=2&d=x+y utf-8 application/json <Response [200]> GET`,
      'posted',
      'put',
      "{'sid': '42'} me",
      `[302] ${base}/new`,
      "[b'a', b'bc', b'd'] [b'a\\nb', b'c\\r\\n', b'd']",
      "ü {'ui': 1}",
      'slow ReadTimeout False True',
      'down ConnectionError True False',
      'loop TooManyRedirects False False',
      'tls SSLError True False',
      'refused ConnectionError True False',
      'Expecting value: line 1 column 1 (char 0)',
      "Invalid URL 'example.com': No scheme supplied. Perhaps you meant https://example.com?",
      `503 Server Error: Busy for url: ${base}/bad 503 False`,
      'in 404',
    ]);
    expect(requests[0]).toMatchObject({
      headers: { 'X-A': '1', 'User-Agent': 'python-requests/2.32.5' },
      timeout: null,
    });
    expect(requests[1]).toMatchObject({
      body: 'a=1&b=x&b=%C3%BC',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    expect(requests[2]?.body).toMatch(
      /name="k"\r\n\r\nv\r\n.*name="f"; filename="a.txt"\r\nContent-Type: text\/plain\r\n\r\nhi/s,
    );
    expect(requests[6]).toMatchObject({ url: `${base}/new`, headers: { Cookie: 'sid=42; hop=1' } });
    expect(requests[4]?.headers).toMatchObject({ Cookie: 'sid=42', 'X-S': 's', Authorization: 'Basic dTpw' });
    expect(requests.find(({ url }) => url.endsWith('/slow'))?.timeout).toBe(3);
    expect(requests.at(-1)?.headers.Authorization).toMatch(
      /^Digest username="u", realm="r", nonce="n", uri="\/digest", response="[\da-f]{32}"/,
    );
  });

  it('of httpx: clients, streams, authentication and errors', async () => {
    const { lines, requests } = await cell(
      `
import httpx, json
B = "${base}"
with httpx.Client(base_url=B, headers={"X": "1"}, params={"k": "v"}, auth=("u", "p"), timeout=4) as client:
    r = client.post("/items", json={"a": True}, params={"q": False})
    print(r.status_code, r.is_success, r.json(), r.url, r.reason_phrase, repr(r))
    with client.stream("GET", "/lines") as r:
        print(list(r.iter_lines()))
async with httpx.AsyncClient() as client:
    async with client.stream("GET", B + "/lines") as r:
        print([line async for line in r.aiter_lines()], r.headers["x-n"])
    async with client.stream("GET", B + "/lines") as r:
        try:
            r.text
        except httpx.ResponseNotRead as error:
            print(type(error).__name__)
        print(await r.aread())
    for path in ("slow", "down"):
        try:
            await client.get(f"{B}/{path}")
        except httpx.RequestError as error:
            print(type(error).__name__, isinstance(error, httpx.TimeoutException), error.request.url)
    try:
        (await client.get(B + "/bad")).raise_for_status()
    except httpx.HTTPStatusError as error:
        print(str(error).split("\\n")[0], error.response.status_code)
print(httpx.get(B + "/items2").text, httpx.codes.NOT_FOUND)
try:
    httpx.get("nowhere")
except httpx.UnsupportedProtocol as error:
    print(error)
`,
      {
        [`POST ${base}/items?k=v&q=false`]: { status: 201, body: { id: 1 } },
        [`GET ${base}/lines?k=v`]: { chunks: ['a\nb', 'c\n'] },
        [`GET ${base}/lines`]: { headers: { 'X-N': '7' }, chunks: ['a\r\nb', 'c'] },
        [`GET ${base}/slow`]: { failure: 'timeout' },
        [`GET ${base}/bad`]: { status: 404 },
        [`GET ${base}/items2`]: { body: 'two' },
      },
    );
    expect(lines).toEqual([
      `201 True {'id': 1} ${base}/items?k=v&q=false Created <Response [201 Created]>`,
      "['a', 'bc']",
      "['a', 'bc'] 7",
      'ResponseNotRead',
      "b'a\\r\\nbc'",
      `ReadTimeout True ${base}/slow`,
      `ConnectError False ${base}/down`,
      `Client error '404 Not Found' for url '${base}/bad' 404`,
      'two 404',
      "Request URL is missing an 'http://' or 'https://' protocol.",
    ]);
    expect(requests[0]).toMatchObject({
      body: '{"a":true}',
      timeout: 4,
      headers: { X: '1', Authorization: 'Basic dTpw', 'Content-Type': 'application/json' },
    });
  });

  it('of aiohttp: sessions, bodies, content and errors', async () => {
    const { lines, requests } = await cell(
      `
import aiohttp, asyncio
B = "${base}"
async with aiohttp.ClientSession(headers={"X": "1"}, auth=aiohttp.BasicAuth("u", "p")) as session:
    async with session.post(B + "/items", json={"a": 1}, params={"q": "x"}, ssl=False) as r:
        print(r.status, await r.json(), r.content_type, r.url.path, r.headers["CONTENT-TYPE"])
    form = aiohttp.FormData({"k": "v"})
    form.add_field("f", b"data", filename="f.bin", content_type="application/x")
    print(await (await session.post(B + "/form", data=form)).text())
    async with session.get(B + "/lines") as r:
        print([line async for line in r.content])
    async with session.get(B + "/lines") as r:
        print([part async for part in r.content.iter_chunked(2)])
    async with session.get(B + "/text") as r:
        try:
            await r.json()
        except aiohttp.ContentTypeError as error:
            print(error.status, error.message, await r.json(content_type=None))
    for path in ("slow", "down", "bad"):
        try:
            async with session.get(f"{B}/{path}", raise_for_status=True, timeout=1):
                pass
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            print(type(error).__name__, isinstance(error, asyncio.TimeoutError), isinstance(error, aiohttp.ClientConnectorError), str(error)[:30])
`,
      {
        [`POST ${base}/items?q=x`]: { body: { id: 1 } },
        [`POST ${base}/form`]: { body: 'done' },
        [`GET ${base}/lines`]: { chunks: ['a\nb', 'c\nd'] },
        [`GET ${base}/text`]: { body: '[1]' },
        [`GET ${base}/slow`]: { failure: 'timeout', message: 'late' },
        [`GET ${base}/bad`]: { status: 500, reason: 'Broken' },
      },
    );
    expect(lines).toEqual([
      "200 {'id': 1} application/json /items application/json",
      'done',
      "[b'a\\n', b'bc\\n', b'd']",
      "[b'a\\n', b'b', b'c\\n', b'd']",
      '200 Attempt to decode JSON with unexpected mimetype: text/plain; charset=utf-8 [1]',
      'SocketTimeoutError True False late',
      `ClientConnectorDNSError False True ${`No answer for GET ${base}`.slice(0, 30)}`,
      "ClientResponseError False False 500, message='Broken', url='ht",
    ]);
    expect(requests[1]?.body).toMatch(
      /name="k"\r\n\r\nv\r\n.*name="f"; filename="f.bin"\r\nContent-Type: application\/x\r\n\r\ndata/s,
    );
  });

  it('of urllib, http.client and urllib3', async () => {
    const { lines, requests } = await cell(
      `
import http.client, json, urllib.parse, urllib.request, urllib.error, urllib3
B = "${base}"
with urllib.request.urlopen(urllib.request.Request(B + "/a", data=json.dumps({"x": 1}).encode(), headers={"Content-Type": "application/json"})) as r:
    print(r.status, r.headers["Content-Type"], json.load(r), r.geturl())
print(urllib.request.urlopen(B + "/moved").read())
try:
    urllib.request.urlopen(B + "/missing")
except urllib.error.HTTPError as error:
    print(error.code, error.reason, error.read())
try:
    urllib.request.urlopen(B + "/down")
except urllib.error.URLError as error:
    print(error.reason)
c = http.client.HTTPSConnection("service.test", timeout=3)
c.request("GET", "/b?x=1", headers={"H": "1"})
r = c.getresponse()
print(r.status, r.getheader("x-y"), r.read())
r = urllib3.PoolManager().request("GET", B + "/c", fields={"k": "v"})
print(r.status, r.data, r.headers["content-type"])
`,
      {
        [`POST ${base}/a`]: { body: { got: true } },
        [`GET ${base}/moved`]: { status: 302, headers: { location: '/final' } },
        [`GET ${base}/final`]: { body: 'end' },
        [`GET ${base}/missing`]: { status: 404, reason: 'Not Found', body: 'none' },
        'GET https://service.test/b?x=1': { headers: { 'x-y': 'z' }, body: 'b' },
        [`GET ${base}/c?k=v`]: { body: 'c' },
      },
    );
    expect(lines).toEqual([
      `200 application/json {'got': True} ${base}/a`,
      "b'end'",
      "404 Not Found b'none'",
      `No answer for GET ${base}/down`,
      "200 z b'b'",
      "200 b'c' text/plain; charset=utf-8",
    ]);
    expect(requests[0]).toMatchObject({ body: '{"x": 1}', headers: { 'Content-Type': 'application/json' } });
  });
});

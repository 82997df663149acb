import { fileName, isDownloadHost, modelNameOf, sourceAt } from './model-sources';

const own = ['http://mirror.local:8080'];

describe('sourceAt', () => {
  it.each([
    ['https://huggingface.co/a/b/resolve/main/x.gguf', 'x.gguf'],
    ['https://huggingface.co/a/b/resolve/main/x%20y.gguf?download=true', 'x y.gguf'],
    ['https://github.com/a/b/releases/download/v1/x.gguf', 'x.gguf'],
    ['http://mirror.local:8080/x.gguf', 'x.gguf'],
  ])('takes %s', (url, name) => {
    expect(sourceAt(url, own)).toEqual({ url, name });
  });

  it.each([
    'https://example.org/x.gguf',
    'http://huggingface.co/x.gguf',
    'https://huggingface.co.example.org/x.gguf',
    'https://huggingface.co:8443/x.gguf',
    'https://user:pw@huggingface.co/x.gguf',
    'https://huggingface.co@example.org/x.gguf',
    'https://example.org/https://huggingface.co/x.gguf',
    'https://huggingface.co/',
    'https://huggingface.co/a/%2e%2e',
    'https://huggingface.co/a/b%2f..',
    'https://mirror.local:8080/x.gguf',
    'file:///etc/passwd',
    'x.gguf',
    '',
  ])('refuses %s', (url) => {
    expect(sourceAt(url, own)).toBeNull();
  });
});

describe('isDownloadHost', () => {
  it.each<[string, boolean]>([
    ['https://huggingface.co/x', true],
    ['https://cas-bridge.xethub.hf.co/x', true],
    ['https://release-assets.githubusercontent.com/x', true],
    ['http://mirror.local:8080/y', true],
    ['http://cdn.hf.co/x', false],
    ['https://cdn.hf.co:8443/x', false],
    ['https://nothf.co/x', false],
    ['https://hf.co.example.org/x', false],
    ['http://127.0.0.1/x', false],
    ['https://[::1]/x', false],
    ['not an address', false],
  ])('%s: %s', (url, expected) => {
    expect(isDownloadHost(url, own)).toBe(expected);
  });
});

describe('fileName', () => {
  it.each<[string, string | null]>([
    ['tiny.gguf', 'tiny.gguf'],
    ['../../etc/tiny.gguf', 'tiny.gguf'],
    ['..\\..\\tiny.gguf', 'tiny.gguf'],
    ['ti\u0000ny.gguf', 'tiny.gguf'],
    ['..', null],
    ['a/', null],
    ['\u0000', null],
    ['x'.repeat(256), null],
  ])('%j: %j', (path, expected) => {
    expect(fileName(path)).toBe(expected);
  });
});

it.each([
  ['tiny.gguf', 'tiny'],
  ['a.b.gguf', 'a.b'],
  ['tiny', 'tiny'],
  ['.gguf', '.gguf'],
])('the model in %s is %s', (file, expected) => {
  expect(modelNameOf(file)).toBe(expected);
});

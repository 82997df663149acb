import { toConnection } from './connection';
import { anyPath, listPath, modelPath } from './endpoint';

const plain = toConnection(0, 'http://a/v1', 'k', {});
const azure = toConnection(0, 'http://a', 'k', { azure: true, api_version: '2024-10-21' });

describe('modelPath', () => {
  it('names the deployment and the version to Azure alone', () => {
    expect(modelPath(plain, '/chat/completions', 'm')).toBe('/chat/completions');
    expect(modelPath(azure, '/chat/completions', 'gpt-4o')).toBe(
      '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21',
    );
    expect(modelPath(azure, '/embeddings', 'e')).toBe('/openai/deployments/e/embeddings?api-version=2024-10-21');
  });

  it('takes the oldest version without one', () => {
    expect(listPath(toConnection(0, 'http://a', '', { azure: true }))).toBe(
      '/openai/models?api-version=2023-03-15-preview',
    );
    expect(listPath(plain)).toBe('/models');
  });

  it.each(['../../admin', 'a/../../b', '..\\x', '%2e%2e', 'a?b', 'a#b', 'ü m'])('keeps "%s" one part', (name) => {
    const url = new URL(`http://a${modelPath(azure, '/chat/completions', name)}`);
    expect(url.pathname.split('/')).toHaveLength(6);
    expect(url.pathname).toMatch(/^\/openai\/deployments\/[^/]+\/chat\/completions$/);
    expect(url.search).toBe('?api-version=2024-10-21');
  });

  it.each(['..', '.', ''])('refuses "%s"', (name) => {
    expect(() => modelPath(azure, '/chat/completions', name)).toThrow('Invalid model name');
  });
});

describe('anyPath', () => {
  it('leaves a path with its query as it is', () => {
    expect(anyPath(plain, '/files/a%20b?purpose=x&a=..')).toBe('/files/a%20b?purpose=x&a=..');
    expect(anyPath(plain, '/files/..a/b..')).toBe('/files/..a/b..');
  });

  it('puts it into the interface of Azure', () => {
    expect(anyPath(azure, '/files?a=1')).toBe('/openai/files?api-version=2024-10-21&a=1');
    expect(anyPath(azure, '/images/generations', 'dall-e')).toBe(
      '/openai/deployments/dall-e/images/generations?api-version=2024-10-21',
    );
  });

  it.each([
    '/../x',
    '/a/..',
    '/a/../..//b',
    '/%2e%2e/x',
    '/.%2E/x',
    '/%252e%252e/x',
    '/..%2fx',
    '/..\\x',
    '/a%5c..%5cx',
    '/%2e%2e/x%',
    '/./x',
  ])('refuses %s', (path) => {
    expect(() => anyPath(plain, path)).toThrow('Invalid path');
  });
});

import type { IncomingHttpHeaders } from 'node:http';
import { isForgeable } from './cross-site';

const trusted = { host: 'chat.example:8080', origins: ['https://app.example'] };

describe('isForgeable', () => {
  it.each<[string, string, IncomingHttpHeaders]>([
    ['a safe method', 'GET', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['no browser', 'POST', {}],
    ['the same origin', 'POST', { 'sec-fetch-site': 'same-origin', origin: 'http://chat.example:8080' }],
    ['the address bar', 'POST', { 'sec-fetch-site': 'none' }],
    ['the same host without Fetch Metadata', 'DELETE', { origin: 'https://chat.example:8080' }],
    ['a configured origin', 'POST', { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }],
  ])('trusts %s', (_, method, headers) => expect(isForgeable(method, headers, trusted)).toBe(false));

  it.each<[string, string, IncomingHttpHeaders]>([
    ['another origin', 'POST', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another origin in an old browser', 'POST', { origin: 'https://evil.example' }],
    ['a sandboxed page', 'POST', { origin: 'null' }],
    ['another port', 'PATCH', { origin: 'http://chat.example' }],
    ['a sibling of the domain', 'DELETE', { origin: 'https://evil.chat.example', 'sec-fetch-site': 'same-site' }],
    ['a browser that hides its origin', 'PUT', { 'sec-fetch-site': 'cross-site' }],
    ['a listed origin as a prefix', 'POST', { origin: 'https://app.example.evil' }],
  ])('does not trust %s', (_, method, headers) => expect(isForgeable(method, headers, trusted)).toBe(true));
});

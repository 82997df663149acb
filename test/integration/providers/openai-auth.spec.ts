import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { JsonObject } from '../../../src/common/util/json';
import type { ProviderRequest, ProviderUser } from '../../../src/modules/providers/chat-provider';
import { ProviderUnreachableError } from '../../../src/modules/providers/provider.errors';
import { FakeOpenAiServer } from '../../support/fakes/openai-server';
import { openAiParts } from '../../support/openai-parts';

const user: ProviderUser = {
  ...{ id: 'u', name: 'Ann', email: 'a@example.org', role: 'user' },
  credential: { kind: 'jwt', token: 'of-ann', jti: 'j', expiresAt: null },
};

/** Real: HTTP, the driver. Not there: the database, the application, and Microsoft, which a local server plays. */
describe('how a connection authenticates', () => {
  let server: FakeOpenAiServer;
  let parts: ReturnType<typeof openAiParts>;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    server = await FakeOpenAiServer.start();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.reset();
    parts = openAiParts({ base_urls: [server.url], keys: ['sk-a'] });
  });
  afterEach(() => parts.close());

  const configure = (config: JsonObject) => (parts.settings.configs = { '0': config });
  const ask = (change: Partial<ProviderRequest> = {}): ProviderRequest => ({
    model: { id: 'm', name: 'm', owned_by: 'openai', openai: {}, urlIdx: 0 },
    body: { messages: [{ role: 'user', content: 'Hi' }] },
    signal: new AbortController().signal,
    user,
    ...change,
  });
  /** The `Authorization` header of a completion. */
  async function authorization(change: Partial<ProviderRequest> = {}): Promise<string | undefined> {
    await parts.provider.complete(ask(change));
    return server.lastRequest?.headers.authorization;
  }

  it.each([
    [{}, 'Bearer sk-a'],
    [{ auth_type: null }, 'Bearer sk-a'],
    [{ auth_type: 'bearer' }, 'Bearer sk-a'],
    [{ auth_type: 'none' }, undefined],
    [{ auth_type: 'session' }, 'Bearer of-ann'],
    [{ auth_type: 'system_oauth' }, undefined],
    [{ auth_type: 'anything' }, undefined],
    [{ auth_type: 'none', headers: { Authorization: 'Basic x' } }, 'Basic x'],
    [{ auth_type: 'session', headers: { authorization: 'Basic x' } }, 'Basic x'],
  ])('%j sends %s', async (config, expected) => {
    configure(config);
    expect(await authorization()).toBe(expected);
  });

  it('sends the token of the identity provider at which the caller signed in', async () => {
    parts.signIns.set('u', 'of-provider').set('other', 'of-other');
    configure({ auth_type: 'system_oauth' });
    expect(await authorization()).toBe('Bearer of-provider');
    expect(JSON.stringify(server.lastRequest?.headers)).not.toMatch(/of-ann|of-other|cookie/);
    configure({ auth_type: 'bearer' });
    expect(await authorization()).toBe('Bearer sk-a');
  });

  it('sends nothing else of the caller, nor a token where another way is set up', async () => {
    configure({ auth_type: 'bearer' });
    await authorization();
    expect(JSON.stringify(server.lastRequest?.headers)).not.toMatch(/of-ann|cookie/);
  });

  it.each(['session', 'system_oauth'])(
    'uses the key for model lists, which have no principal: %s',
    async (auth_type) => {
      configure({ auth_type });
      await parts.lists.list({ refresh: true });
      expect(server.lastRequest).toMatchObject({ path: '/models', headers: { authorization: 'Bearer sk-a' } });
    },
  );

  it('takes the headers of the connection for model lists too', async () => {
    configure({ auth_type: 'none', headers: { 'X-Key': 'mine' } });
    await parts.lists.list({ refresh: true });
    expect(server.lastRequest?.headers).toMatchObject({ 'x-key': 'mine' });
    expect(server.lastRequest?.headers).not.toHaveProperty('authorization');
  });

  describe.each(['azure_ad', 'microsoft_entra_id'])('%s', (auth_type) => {
    let tokens: { path: string; headers: JsonObject; form: JsonObject }[];
    let seconds: unknown;

    beforeEach(() => {
      tokens = [];
      seconds = 3600;
      configure({ auth_type, azure: true, api_version: '2024-10-21', model_ids: ['m'] });
      server.onOther = ({ path, headers, bytes }) => {
        if (path.startsWith('/openai/')) return { json: { choices: [] } };
        tokens.push({ path, headers, form: Object.fromEntries(new URLSearchParams(bytes.toString())) });
        return { json: { access_token: `token-${tokens.length}`, expires_in: seconds } };
      };
    });

    it('sends a token of the application, and asks for one once', async () => {
      Object.assign(parts.entra, { authority: `${server.url}/`, tenant: 't', client: 'c', secret: 's' });
      const all = await Promise.all([authorization(), authorization(), authorization()]);
      expect(all).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-1']);
      expect(server.lastRequest?.headers).not.toHaveProperty('api-key');
      expect(tokens).toEqual([
        {
          path: '/t/oauth2/v2.0/token',
          headers: expect.objectContaining({ 'content-type': 'application/x-www-form-urlencoded' }),
          form: {
            ...{ grant_type: 'client_credentials', client_id: 'c', client_secret: 's' },
            scope: 'https://cognitiveservices.azure.com/.default',
          },
        },
      ]);
    });

    it('refreshes a token before it expires', async () => {
      Object.assign(parts.entra, { authority: server.url, tenant: 't', client: 'c', secret: 's' });
      seconds = '200';
      expect([await authorization(), await authorization()]).toEqual(['Bearer token-1', 'Bearer token-2']);
    });

    it('proves itself with the token of a cluster', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'confab-entra-'));
      await writeFile(join(directory, 'token'), 'federated\n');
      Object.assign(parts.entra, {
        authority: server.url,
        tenant: 't',
        client: 'c',
        token_file: join(directory, 'token'),
      });
      expect(await authorization()).toBe('Bearer token-1');
      expect(tokens[0]?.form).toMatchObject({
        client_assertion: 'federated',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      });
      await rm(directory, { recursive: true });
    });

    it('asks the host for the token of a managed identity', async () => {
      Object.assign(parts.entra, { client: 'c', identity_endpoint: `${server.url}/msi`, identity_header: 'h' });
      expect(await authorization()).toBe('Bearer token-1');
      const query = 'api-version=2019-08-01&resource=https%3A%2F%2Fcognitiveservices.azure.com&client_id=c';
      expect(tokens[0]).toMatchObject({ path: `/msi?${query}`, headers: { 'x-identity-header': 'h' } });
    });

    it.each([
      ['an error', { status: 401, json: { error: 'invalid_client' } }],
      ['no token', { json: { token_type: 'Bearer' } }],
      ['no JSON', { text: '<html>' }],
    ])('tells nothing of %s of Microsoft, and calls no model', async (_, answer) => {
      Object.assign(parts.entra, { authority: server.url, tenant: 't', client: 'c', secret: 's' });
      server.onOther = () => answer;
      const error: unknown = await parts.provider.complete(ask()).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ProviderUnreachableError);
      expect((error as Error).message).toBe('Confab: Server Connection Error');
      expect(server.requests.map(({ path }) => path)).toEqual(['/t/oauth2/v2.0/token']);
    });
  });
});

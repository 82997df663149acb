import { SettingsStore } from '../../src/platform/settings/settings-store';
import { AuthSettings } from '../../src/modules/auth/auth.settings';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { api } from '../support/http';

const PUBLIC_FLAGS = [
  'auth',
  'auth_trusted_header',
  'enable_api_keys',
  'enable_ldap',
  'enable_login_form',
  'enable_signup',
  'enable_signup_password_confirmation',
  'enable_version_update_check',
  'enable_websocket',
];
const ACCOUNT_FLAGS = [
  ...PUBLIC_FLAGS,
  'enable_admin_chat_access',
  'enable_admin_export',
  'enable_autocomplete_generation',
  'enable_channels',
  'enable_code_execution',
  'enable_code_interpreter',
  'enable_community_sharing',
  'enable_direct_connections',
  'enable_folders',
  'enable_google_drive_integration',
  'enable_image_generation',
  'enable_message_rating',
  'enable_notes',
  'enable_onedrive_integration',
  'enable_user_webhooks',
  'enable_web_search',
].sort();

let app: TestApp;
let admin: TestUser;
let user: TestUser;
let pending: TestUser;

describe('a fresh installation', () => {
  it('asks for its first account', async () => {
    const fresh = await startTestApp();
    const { body } = await api(fresh.url).get('/api/config');
    await asUser(fresh, 'admin');
    const { body: later } = await api(fresh.url).get('/api/config');
    await fresh.close();
    expect(body.onboarding).toBe(true);
    expect(later).not.toHaveProperty('onboarding');
  });
});

describe('with accounts', () => {
  beforeAll(async () => {
    app = await startTestApp({ WEBUI_NAME: 'Chat of ours', DEPLOYMENT_ID: 'd1', DEFAULT_LOCALE: 'de-DE' });
    admin = await asUser(app, 'admin');
    user = await asUser(app);
    pending = await asUser(app, 'pending');
  });

  afterAll(() => app.close());

  describe('GET /api/config', () => {
    it('shows anonymous clients what a login page needs', async () => {
      const { status, body } = await api(app.url).get('/api/config');
      expect(status).toBe(200);
      expect(Object.keys(body).sort()).toEqual(['default_locale', 'features', 'name', 'oauth', 'status', 'version']);
      expect(body).toMatchObject({
        status: true,
        name: 'Chat of ours',
        version: '0.6.41',
        default_locale: 'de-DE',
        oauth: { providers: {} },
      });
      expect(Object.keys(body.features).sort()).toEqual(PUBLIC_FLAGS);
      for (const flag of Object.values(body.features)) expect(typeof flag).toBe('boolean');
    });

    it('shows pending accounts all switches, and the text for them', async () => {
      const { body } = await pending.api.get('/api/config');
      expect(Object.keys(body.features).sort()).toEqual(ACCOUNT_FLAGS);
      expect(body.ui).toEqual({ pending_user_overlay_title: '', pending_user_overlay_content: '' });
      expect(body).not.toHaveProperty('permissions');
      expect(body).not.toHaveProperty('user_count');
    });

    it('shows users everything else', async () => {
      const { body } = await user.api.get('/api/config');
      expect(Object.keys(body.features).sort()).toEqual(ACCOUNT_FLAGS);
      expect(body).toMatchObject({
        default_models: null,
        default_pinned_models: null,
        user_count: 3,
        code: { engine: expect.any(String) },
        audio: {
          tts: { engine: expect.any(String), voice: expect.any(String), split_on: expect.any(String) },
          stt: { engine: expect.any(String) },
        },
        file: { max_size: null, max_count: null, image_compression: { width: null, height: null } },
        google_drive: { client_id: expect.any(String), api_key: expect.any(String) },
        ui: { pending_user_overlay_title: '', pending_user_overlay_content: '', response_watermark: '' },
        license_metadata: null,
        server: { name: 'Confab', version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
      });
      expect(Object.keys(body.onedrive)).toHaveLength(4);
      for (const { title, content } of body.default_prompt_suggestions) {
        expect(title).toEqual([expect.any(String), expect.any(String)]);
        expect(content).toEqual(expect.any(String));
      }
      expect(Object.keys(body.permissions).sort()).toEqual(['chat', 'features', 'sharing', 'workspace']);
      expect(body).not.toHaveProperty('active_entries');
    });

    it('shows administrators a licence without seats', async () => {
      const { body } = await admin.api.get('/api/config');
      expect(body.active_entries).toBeNull();
    });

    it('knows the session by the cookie, and by any scheme of the header', async () => {
      const { body: byCookie } = await api(app.url).get('/api/config', { headers: { cookie: `token=${user.token}` } });
      const { body: byScheme } = await api(app.url).get('/api/config', {
        headers: { authorization: `Token ${user.token}` },
      });
      expect([byCookie.user_count, byScheme.user_count]).toEqual([3, 3]);
    });

    it.each([
      [
        'a bad token in the header hides the cookie',
        () => ({ authorization: 'Bearer x', cookie: `token=${user.token}` }),
      ],
      ['an empty header', () => ({ authorization: 'Bearer' })],
      ['an API key', () => ({ authorization: 'Bearer sk-123' })],
    ])('treats as anonymous: %s', async (_, headers) => {
      const { status, body } = await api(app.url).get('/api/config', { headers: headers() });
      expect([status, body.user_count]).toEqual([200, undefined]);
    });

    it('treats a signed-out session as anonymous', async () => {
      const other = await asUser(app);
      await other.api.get('/api/v1/auths/signout');
      expect((await other.api.get('/api/config')).body).not.toHaveProperty('user_count');
    });

    it('follows the settings at once', async () => {
      await app.get(SettingsStore).save(AuthSettings, { enable_signup: false });
      expect((await api(app.url).get('/api/config')).body.features.enable_signup).toBe(false);
      await app.get(SettingsStore).save(AuthSettings, { enable_signup: true });
      expect((await api(app.url).get('/api/config')).body.features.enable_signup).toBe(true);
    });
  });

  describe('GET /api/version', () => {
    it('shows all clients the release of the interface and the deployment', async () => {
      const { body } = await api(app.url).get('/api/version');
      expect(body).toEqual({ version: '0.6.41', deployment_id: 'd1' });
    });
  });

  describe('GET /api/version/updates', () => {
    it('reports no newer release when the check is off', async () => {
      const { body } = await user.api.get('/api/version/updates');
      expect(body).toEqual({ current: '0.6.41', latest: '0.6.41' });
    });

    it('is for verified accounts', async () => {
      expect((await api(app.url).get('/api/version/updates')).status).toBe(401);
      expect((await pending.api.get('/api/version/updates')).status).toBe(401);
    });
  });
});

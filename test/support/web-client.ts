import { api, type Api, type Json } from './http';
import { misfits, type Shape } from './shape';

const BOOLEANS = (...names: string[]): Shape => Object.fromEntries(names.map((name) => [name, 'boolean']));

const PUBLIC_FLAGS = BOOLEANS(
  'auth',
  'auth_trusted_header',
  'enable_ldap',
  'enable_login_form',
  'enable_signup',
  'enable_signup_password_confirmation',
  'enable_websocket',
  'enable_api_keys',
  'enable_version_update_check',
) as Record<string, Shape>;

const PUBLIC_CONFIG = {
  status: 'boolean',
  name: 'string',
  version: 'string',
  default_locale: 'string',
  oauth: { providers: 'object' },
  features: PUBLIC_FLAGS,
};

const ACCOUNT_FLAGS = {
  ...PUBLIC_FLAGS,
  ...(BOOLEANS(
    'enable_direct_connections',
    'enable_folders',
    'enable_channels',
    'enable_notes',
    'enable_web_search',
    'enable_image_generation',
    'enable_code_interpreter',
    'enable_code_execution',
    'enable_autocomplete_generation',
    'enable_community_sharing',
    'enable_message_rating',
    'enable_user_webhooks',
    'enable_admin_export',
    'enable_admin_chat_access',
    'enable_google_drive_integration',
    'enable_onedrive_integration',
  ) as Record<string, Shape>),
};

/** `GET /api/config` as the client reads it. */
export const CONFIG = {
  anonymous: PUBLIC_CONFIG,
  pending: {
    ...PUBLIC_CONFIG,
    features: ACCOUNT_FLAGS,
    ui: { pending_user_overlay_title: 'string|null', pending_user_overlay_content: 'string|null' },
  },
  verified: {
    ...PUBLIC_CONFIG,
    features: ACCOUNT_FLAGS,
    default_models: 'string|null',
    default_pinned_models: 'string|null',
    default_prompt_suggestions: [{ title: ['string'], content: 'string' }],
    user_count: 'number',
    code: { engine: 'string' },
    audio: { tts: { engine: 'string', voice: 'string', split_on: 'string' }, stt: { engine: 'string' } },
    file: {
      max_size: 'number|null',
      max_count: 'number|null',
      image_compression: { width: 'number|null', height: 'number|null' },
    },
    permissions: 'object',
    google_drive: { client_id: 'string', api_key: 'string' },
    onedrive: {
      client_id_personal: 'string',
      client_id_business: 'string',
      sharepoint_url: 'string',
      sharepoint_tenant_id: 'string',
    },
    ui: {
      pending_user_overlay_title: 'string|null',
      pending_user_overlay_content: 'string|null',
      response_watermark: 'string|null',
    },
    license_metadata: 'object|null',
  },
} satisfies Record<string, Shape>;

/** Who is signed in; `permissions` is read without a guard. */
export const SESSION: Shape = {
  id: 'string',
  email: 'string',
  name: 'string',
  role: 'string',
  profile_image_url: 'string',
  token: 'string',
  expires_at: 'number|null',
  permissions: { workspace: 'object', sharing: 'object', chat: 'object', features: 'object' },
};

export const CHAT_LIST: Shape = [{ id: 'string', title: 'string', updated_at: 'number', created_at: 'number' }];

/** The record of one chat. */
export const CHAT: Shape = {
  id: 'string',
  user_id: 'string',
  title: 'string',
  chat: { history: { messages: 'object', currentId: 'string|null' } },
  updated_at: 'number',
  created_at: 'number',
  share_id: 'string|null',
  archived: 'boolean',
  pinned: 'boolean|null',
  meta: 'object',
  folder_id: 'string|null',
};

/** A browser: its cookie goes with what it loads itself, the token of its storage with everything else. */
export class WebClient {
  private cookie = '';
  token: string | undefined;

  constructor(readonly url: string) {}

  /** With the token, as nearly every call. @throws when the answer is not as the client reads it. */
  async read(path: string, shape: Shape): Promise<Json> {
    return checked(path, await this.api.get(path), shape);
  }

  async write(path: string, body: unknown, shape: Shape): Promise<Json> {
    return checked(path, await this.api.post(path, body), shape);
  }

  /** With the cookie alone. */
  async load(path: string, shape: Shape = 'any'): Promise<Json> {
    return checked(path, await api(this.url).get(path, { headers: { cookie: this.cookie } }), shape);
  }

  /** As `<img>`, with the cookie alone. @throws when a browser would show a broken picture. */
  async picture(path: string): Promise<void> {
    const response = await fetch(`${this.url}${path}`, { headers: { cookie: this.cookie } });
    const type = response.headers.get('content-type');
    if (!response.ok || !type?.startsWith('image/')) throw new Error(`${path}: ${response.status} ${type}`);
    await response.arrayBuffer();
  }

  /** The forms and the call that renew the session set the cookie. */
  async enter(path: string, body: unknown): Promise<Json> {
    const answer = await api(this.url).post(path, body);
    this.token = checked(path, answer, SESSION).token as string;
    this.cookie = answer.cookies.map((cookie) => cookie.split(';', 1)[0]).join('; ');
    return answer.body;
  }

  /** As after a reload: the token is in the storage, the cookie may be gone. */
  async restore(token: string): Promise<Json> {
    this.token = token;
    const answer = await this.api.get('/api/v1/auths/');
    this.cookie = answer.cookies.map((cookie) => cookie.split(';', 1)[0]).join('; ');
    return checked('/api/v1/auths/', answer, SESSION);
  }

  private get api(): Api {
    return api(this.url, this.token);
  }
}

function checked(path: string, { status, body }: { status: number; body: Json }, shape: Shape): Json {
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  const found = misfits(body, shape);
  if (found.length > 0) throw new Error(`${path}:\n${found.join('\n')}`);
  return body;
}

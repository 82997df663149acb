import { IsIn, IsInt, IsOptional, IsString, Min } from 'class-validator';
import { Env, EnvAs, Secret, SettingsSection, StoredAt } from '../../../platform/settings/decorators';

/** Where people may sign in: the clients that this installation is at identity providers. Empty ids are no clients. */
@SettingsSection('oauth_clients', { savedWith: 'ENABLE_OAUTH_PERSISTENT_CONFIG' })
export class OAuthClientsSettings {
  @StoredAt('oauth.google.client_id')
  @Env('GOOGLE_CLIENT_ID')
  @IsString()
  google_client_id = '';

  @StoredAt('oauth.google.client_secret')
  @Env('GOOGLE_CLIENT_SECRET')
  @Secret()
  @IsString()
  google_client_secret = '';

  @StoredAt('oauth.google.scope')
  @Env('GOOGLE_OAUTH_SCOPE')
  @IsString()
  google_scope = 'openid email profile';

  @StoredAt('oauth.google.redirect_uri')
  @Env('GOOGLE_REDIRECT_URI')
  @IsString()
  google_redirect_uri = '';

  @StoredAt('oauth.microsoft.client_id')
  @Env('MICROSOFT_CLIENT_ID')
  @IsString()
  microsoft_client_id = '';

  @StoredAt('oauth.microsoft.client_secret')
  @Env('MICROSOFT_CLIENT_SECRET')
  @Secret()
  @IsString()
  microsoft_client_secret = '';

  @StoredAt('oauth.microsoft.tenant_id')
  @Env('MICROSOFT_CLIENT_TENANT_ID')
  @IsString()
  microsoft_tenant_id = '';

  @StoredAt('oauth.microsoft.login_base_url')
  @Env('MICROSOFT_CLIENT_LOGIN_BASE_URL')
  @IsString()
  microsoft_login_base_url = 'https://login.microsoftonline.com';

  @StoredAt('oauth.microsoft.picture_url')
  @Env('MICROSOFT_CLIENT_PICTURE_URL')
  @IsString()
  microsoft_picture_url = 'https://graph.microsoft.com/v1.0/me/photo/$value';

  @StoredAt('oauth.microsoft.scope')
  @Env('MICROSOFT_OAUTH_SCOPE')
  @IsString()
  microsoft_scope = 'openid email profile';

  @StoredAt('oauth.microsoft.redirect_uri')
  @Env('MICROSOFT_REDIRECT_URI')
  @IsString()
  microsoft_redirect_uri = '';

  @StoredAt('oauth.github.client_id')
  @Env('GITHUB_CLIENT_ID')
  @IsString()
  github_client_id = '';

  @StoredAt('oauth.github.client_secret')
  @Env('GITHUB_CLIENT_SECRET')
  @Secret()
  @IsString()
  github_client_secret = '';

  @StoredAt('oauth.github.scope')
  @Env('GITHUB_CLIENT_SCOPE')
  @IsString()
  github_scope = 'user:email';

  @StoredAt('oauth.github.redirect_uri')
  @Env('GITHUB_CLIENT_REDIRECT_URI')
  @IsString()
  github_redirect_uri = '';

  /** Of a GitHub Enterprise server. */
  @Env('GITHUB_BASE_URL')
  @IsString()
  github_base_url = 'https://github.com';

  /** Of a GitHub Enterprise server: `<base>/api/v3`. */
  @Env('GITHUB_API_URL')
  @IsString()
  github_api_url = 'https://api.github.com';

  @StoredAt('oauth.feishu.client_id')
  @Env('FEISHU_CLIENT_ID')
  @IsString()
  feishu_client_id = '';

  @StoredAt('oauth.feishu.client_secret')
  @Env('FEISHU_CLIENT_SECRET')
  @Secret()
  @IsString()
  feishu_client_secret = '';

  @StoredAt('oauth.feishu.scope')
  @Env('FEISHU_OAUTH_SCOPE')
  @IsString()
  feishu_scope = 'contact:user.base:readonly';

  @StoredAt('oauth.feishu.redirect_uri')
  @Env('FEISHU_REDIRECT_URI')
  @IsString()
  feishu_redirect_uri = '';

  /** Client at any other provider that speaks OpenID Connect. */
  @StoredAt('oauth.oidc.client_id')
  @Env('OAUTH_CLIENT_ID')
  @IsString()
  oidc_client_id = '';

  @StoredAt('oauth.oidc.client_secret')
  @Env('OAUTH_CLIENT_SECRET')
  @Secret()
  @IsString()
  oidc_client_secret = '';

  /** Its discovery document. */
  @StoredAt('oauth.oidc.provider_url')
  @Env('OPENID_PROVIDER_URL')
  @IsString()
  oidc_provider_url = '';

  @StoredAt('oauth.oidc.redirect_uri')
  @Env('OPENID_REDIRECT_URI')
  @IsString()
  oidc_redirect_uri = '';

  @StoredAt('oauth.oidc.scopes')
  @Env('OAUTH_SCOPES')
  @IsString()
  oidc_scope = 'openid email profile';

  /** What the login page calls it. */
  @StoredAt('oauth.oidc.provider_name')
  @Env('OAUTH_PROVIDER_NAME')
  @IsString()
  oidc_name = 'SSO';

  /** Null for HTTP Basic. */
  @StoredAt('oauth.oidc.token_endpoint_auth_method')
  @EnvAs((text) => text.trim() || undefined, 'OAUTH_TOKEN_ENDPOINT_AUTH_METHOD')
  @IsOptional()
  @IsIn(['client_secret_basic', 'client_secret_post', 'none'])
  oidc_auth_method: string | null = null;

  /** Codes are always bound to the browser by S256; saying so makes a client without a secret possible. */
  @StoredAt('oauth.oidc.code_challenge_method')
  @EnvAs((text) => text.trim() || undefined, 'OAUTH_CODE_CHALLENGE_METHOD')
  @IsOptional()
  @IsIn(['S256'])
  oidc_challenge_method: string | null = null;

  /** Seconds for each answer of a provider. */
  @EnvAs((text) => (text.trim() === '' ? undefined : Number(text)), 'OAUTH_TIMEOUT')
  @IsInt()
  @Min(1)
  timeout = 30;
}

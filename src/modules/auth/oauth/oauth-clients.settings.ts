import { IsIn, IsInt, IsOptional, IsString, Min } from 'class-validator';
import { IsHttpUrlOrEmpty } from '../../../common/validation/is-http-url';
import { Env, EnvAs, Secret, SettingsSection, StoredAt } from '../../../platform/settings/decorators';

/** Client registrations at identity providers. A provider without a client id is not offered. */
@SettingsSection('oauth_clients', { savedWith: 'ENABLE_OAUTH_PERSISTENT_CONFIG' })
export class OAuthClientsSettings {
  /** Client id at Google. */
  @StoredAt('oauth.google.client_id')
  @Env('GOOGLE_CLIENT_ID')
  @IsString()
  google_client_id = '';

  /** Client secret at Google. */
  @StoredAt('oauth.google.client_secret')
  @Env('GOOGLE_CLIENT_SECRET')
  @Secret()
  @IsString()
  google_client_secret = '';

  /** Scopes requested from Google. */
  @StoredAt('oauth.google.scope')
  @Env('GOOGLE_OAUTH_SCOPE')
  @IsString()
  google_scope = 'openid email profile';

  /** Redirect URI registered at Google; empty derives it from `WEBUI_URL` or the request. */
  @StoredAt('oauth.google.redirect_uri')
  @Env('GOOGLE_REDIRECT_URI')
  @IsHttpUrlOrEmpty()
  google_redirect_uri = '';

  /** Client id at Microsoft. */
  @StoredAt('oauth.microsoft.client_id')
  @Env('MICROSOFT_CLIENT_ID')
  @IsString()
  microsoft_client_id = '';

  /** Client secret at Microsoft. */
  @StoredAt('oauth.microsoft.client_secret')
  @Env('MICROSOFT_CLIENT_SECRET')
  @Secret({ sentTo: (settings: OAuthClientsSettings) => settings.microsoft_login_base_url })
  @IsString()
  microsoft_client_secret = '';

  /** Tenant at Microsoft. */
  @StoredAt('oauth.microsoft.tenant_id')
  @Env('MICROSOFT_CLIENT_TENANT_ID')
  @IsString()
  microsoft_tenant_id = '';

  /** Base URL of the sign-in at Microsoft. */
  @StoredAt('oauth.microsoft.login_base_url')
  @Env('MICROSOFT_CLIENT_LOGIN_BASE_URL')
  @IsHttpUrlOrEmpty()
  microsoft_login_base_url = 'https://login.microsoftonline.com';

  /** URL of the user's picture at Microsoft. */
  @StoredAt('oauth.microsoft.picture_url')
  @Env('MICROSOFT_CLIENT_PICTURE_URL')
  @IsHttpUrlOrEmpty()
  microsoft_picture_url = 'https://graph.microsoft.com/v1.0/me/photo/$value';

  /** Scopes requested from Microsoft. */
  @StoredAt('oauth.microsoft.scope')
  @Env('MICROSOFT_OAUTH_SCOPE')
  @IsString()
  microsoft_scope = 'openid email profile';

  /** Redirect URI registered at Microsoft; empty derives it from `WEBUI_URL` or the request. */
  @StoredAt('oauth.microsoft.redirect_uri')
  @Env('MICROSOFT_REDIRECT_URI')
  @IsHttpUrlOrEmpty()
  microsoft_redirect_uri = '';

  /** Client id at GitHub. */
  @StoredAt('oauth.github.client_id')
  @Env('GITHUB_CLIENT_ID')
  @IsString()
  github_client_id = '';

  /** Client secret at GitHub. */
  @StoredAt('oauth.github.client_secret')
  @Env('GITHUB_CLIENT_SECRET')
  @Secret()
  @IsString()
  github_client_secret = '';

  /** Scopes requested from GitHub. */
  @StoredAt('oauth.github.scope')
  @Env('GITHUB_CLIENT_SCOPE')
  @IsString()
  github_scope = 'user:email';

  /** Redirect URI registered at GitHub; empty derives it from `WEBUI_URL` or the request. */
  @StoredAt('oauth.github.redirect_uri')
  @Env('GITHUB_CLIENT_REDIRECT_URI')
  @IsHttpUrlOrEmpty()
  github_redirect_uri = '';

  /** Web URL of a GitHub Enterprise server. */
  @Env('GITHUB_BASE_URL')
  @IsHttpUrlOrEmpty()
  github_base_url = 'https://github.com';

  /** API URL of a GitHub Enterprise server: `<base>/api/v3`. */
  @Env('GITHUB_API_URL')
  @IsHttpUrlOrEmpty()
  github_api_url = 'https://api.github.com';

  /** Client id at Feishu. */
  @StoredAt('oauth.feishu.client_id')
  @Env('FEISHU_CLIENT_ID')
  @IsString()
  feishu_client_id = '';

  /** Client secret at Feishu. */
  @StoredAt('oauth.feishu.client_secret')
  @Env('FEISHU_CLIENT_SECRET')
  @Secret()
  @IsString()
  feishu_client_secret = '';

  /** Scopes requested from Feishu. */
  @StoredAt('oauth.feishu.scope')
  @Env('FEISHU_OAUTH_SCOPE')
  @IsString()
  feishu_scope = 'contact:user.base:readonly';

  /** Redirect URI registered at Feishu; empty derives it from `WEBUI_URL` or the request. */
  @StoredAt('oauth.feishu.redirect_uri')
  @Env('FEISHU_REDIRECT_URI')
  @IsHttpUrlOrEmpty()
  feishu_redirect_uri = '';

  /** Client id at any other OpenID Connect provider. */
  @StoredAt('oauth.oidc.client_id')
  @Env('OAUTH_CLIENT_ID')
  @IsString()
  oidc_client_id = '';

  /** Client secret at the OpenID provider. */
  @StoredAt('oauth.oidc.client_secret')
  @Env('OAUTH_CLIENT_SECRET')
  @Secret({ sentTo: (settings: OAuthClientsSettings) => settings.oidc_provider_url })
  @IsString()
  oidc_client_secret = '';

  /** URL of the discovery document. */
  @StoredAt('oauth.oidc.provider_url')
  @Env('OPENID_PROVIDER_URL')
  @IsHttpUrlOrEmpty()
  oidc_provider_url = '';

  /** Redirect URI registered at the OpenID provider; empty derives it from `WEBUI_URL` or the request. */
  @StoredAt('oauth.oidc.redirect_uri')
  @Env('OPENID_REDIRECT_URI')
  @IsHttpUrlOrEmpty()
  oidc_redirect_uri = '';

  /** Scopes requested from the OpenID provider. */
  @StoredAt('oauth.oidc.scopes')
  @Env('OAUTH_SCOPES')
  @IsString()
  oidc_scope = 'openid email profile';

  /** Name of the provider on the login page. */
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

  /** PKCE is always used. `S256` here also admits a client without a secret. */
  @StoredAt('oauth.oidc.code_challenge_method')
  @EnvAs((text) => text.trim() || undefined, 'OAUTH_CODE_CHALLENGE_METHOD')
  @IsOptional()
  @IsIn(['S256'])
  oidc_challenge_method: string | null = null;

  /** Seconds for each response of a provider. */
  @EnvAs((text) => (text.trim() === '' ? undefined : Number(text)), 'OAUTH_TIMEOUT')
  @IsInt()
  @Min(1)
  timeout = 30;
}

import type { OAuthClientsSettings } from './oauth-clients.settings';

/** An identity provider at which this installation is a client. */
export interface OAuthProvider {
  /** Used in paths and in `user.oauth`. */
  key: string;
  /** Name on the login page. */
  name: string;
  clientId: string;
  clientSecret: string;
  scope: string;
  /** Empty for the default callback. */
  redirectUri: string;
  /** Claim of the subject. */
  subjectClaim: string;
  authMethod: 'client_secret_basic' | 'client_secret_post' | 'none';
  /** OpenID Connect by discovery, or plain OAuth 2 with these endpoints. */
  server: { discoveryUrl: string } | OAuthEndpoints;
  /** Microsoft's multi-tenant endpoints: all tenants may sign in, and their administrators choose addresses freely. */
  isForAllTenants?: boolean;
  /** Picture URL for providers without a picture claim. */
  pictureUrl?: string;
}

export interface OAuthEndpoints {
  authorization: string;
  token: string;
  userInfo: string;
  /** Member of the response that holds the claims. */
  userInfoMember?: string;
  /** GitHub: endpoint that lists all addresses and whether they are verified. */
  emails?: string;
}

const ofGoogle = (clients: OAuthClientsSettings): OAuthProvider => ({
  key: 'google',
  name: 'google',
  clientId: clients.google_client_id,
  clientSecret: clients.google_client_secret,
  scope: clients.google_scope,
  redirectUri: clients.google_redirect_uri,
  subjectClaim: 'sub',
  authMethod: 'client_secret_basic',
  server: { discoveryUrl: 'https://accounts.google.com/.well-known/openid-configuration' },
});

function ofMicrosoft(clients: OAuthClientsSettings): OAuthProvider {
  const base = `${withoutSlash(clients.microsoft_login_base_url)}/${encodeURIComponent(clients.microsoft_tenant_id)}`;
  const client = encodeURIComponent(clients.microsoft_client_id);
  const discoveryUrl = `${base}/v2.0/.well-known/openid-configuration?appid=${client}`;
  return {
    key: 'microsoft',
    name: 'microsoft',
    clientId: clients.microsoft_client_id,
    clientSecret: clients.microsoft_client_secret,
    scope: clients.microsoft_scope,
    redirectUri: clients.microsoft_redirect_uri,
    subjectClaim: 'sub',
    authMethod: 'client_secret_basic',
    server: { discoveryUrl },
    isForAllTenants: isForAllTenants(discoveryUrl),
    pictureUrl: clients.microsoft_picture_url,
  };
}

function ofGithub(clients: OAuthClientsSettings): OAuthProvider {
  const [base, api] = [clients.github_base_url, clients.github_api_url].map(withoutSlash);
  return {
    key: 'github',
    name: 'github',
    clientId: clients.github_client_id,
    clientSecret: clients.github_client_secret,
    scope: clients.github_scope,
    redirectUri: clients.github_redirect_uri,
    subjectClaim: 'id',
    authMethod: 'client_secret_post',
    server: {
      authorization: `${base}/login/oauth/authorize`,
      token: `${base}/login/oauth/access_token`,
      userInfo: `${api}/user`,
      emails: `${api}/user/emails`,
    },
  };
}

const ofFeishu = (clients: OAuthClientsSettings): OAuthProvider => ({
  key: 'feishu',
  name: 'feishu',
  clientId: clients.feishu_client_id,
  clientSecret: clients.feishu_client_secret,
  scope: clients.feishu_scope,
  redirectUri: clients.feishu_redirect_uri,
  subjectClaim: 'user_id',
  authMethod: 'client_secret_post',
  server: {
    authorization: 'https://accounts.feishu.cn/open-apis/authen/v1/authorize',
    token: 'https://open.feishu.cn/open-apis/authen/v2/oauth/token',
    userInfo: 'https://open.feishu.cn/open-apis/authen/v1/user_info',
    userInfoMember: 'data',
  },
});

const ofOpenId = (clients: OAuthClientsSettings): OAuthProvider => ({
  key: 'oidc',
  name: clients.oidc_name,
  clientId: clients.oidc_client_id,
  clientSecret: clients.oidc_client_secret,
  scope: clients.oidc_scope,
  redirectUri: clients.oidc_redirect_uri,
  subjectClaim: 'sub',
  authMethod: (clients.oidc_auth_method ?? (clients.oidc_client_secret ? 'client_secret_basic' : 'none')) as 'none',
  server: { discoveryUrl: clients.oidc_provider_url },
  isForAllTenants: isForAllTenants(clients.oidc_provider_url),
});

/** The providers with a complete configuration, in the order of the login page. */
export function configuredProviders(clients: OAuthClientsSettings): OAuthProvider[] {
  const mayOpenId = clients.oidc_client_secret !== '' || clients.oidc_challenge_method !== null;
  const all = [
    { provider: ofGoogle(clients), isComplete: true },
    { provider: ofMicrosoft(clients), isComplete: clients.microsoft_tenant_id !== '' },
    { provider: ofGithub(clients), isComplete: true },
    { provider: ofOpenId(clients), isComplete: mayOpenId && clients.oidc_provider_url !== '' },
    { provider: ofFeishu(clients), isComplete: true },
  ];
  const isClient = ({ key, clientId, clientSecret }: OAuthProvider) =>
    clientId !== '' && (clientSecret !== '' || key === 'oidc');
  return all.filter(({ provider, isComplete }) => isComplete && isClient(provider)).map(({ provider }) => provider);
}

const isForAllTenants = (discoveryUrl: string): boolean =>
  /^https:\/\/login\.microsoftonline\.com\/(common|organizations|consumers)\//i.test(discoveryUrl);

const withoutSlash = (url: string): string => url.replace(/(?<!\/)\/+$/, '');

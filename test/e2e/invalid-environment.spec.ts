import { Env } from '../../src/platform/env/env';
import { allVariables } from '../../src/variables';
import { startTestApp } from '../support/app';

describe('a variable with a value that is not allowed', () => {
  it.each([
    ['PORT', 'web', 'an integer'],
    ['ENABLE_SIGNUP', 'perhaps', 'true or false'],
    ['DEFAULT_USER_ROLE', 'king', 'pending, user, admin'],
    ['JWT_EXPIRES_IN', 'soon', 'duration'],
    ['SIGNIN_LIMIT', '0', 'not be less than 1'],
    ['WEBUI_BANNERS', '[{"id":1}]', 'list of Banner'],
    ['WEBUI_BANNERS', 'no json', 'JSON'],
    ['DEFAULT_PROMPT_SUGGESTIONS', '[{"title":"x"}]', 'list of PromptSuggestion'],
    ['DATABASE_POOL_SIZE', '1', 'from 2'],
    ['CORS_ALLOW_ORIGIN', 'nowhere', 'origins'],
    ['FRONTEND_BUILD_DIR', '/nowhere', 'index.html'],
    ['WEBSOCKET_MANAGER', 'redis', 'REDIS_URL'],
    ['REDIS_SENTINEL_PORT', 'x', 'an integer'],
    ['DATABASE_SCHEMA', 'No Name', 'small letters'],
    ['DATABASE_POOL_TIMEOUT', '0', 'from 1'],
    ['STORAGE_PROVIDER', 'gcs', 'local'],
    ['STORAGE_PROVIDER', 'disk', 'local'],
    ['WEBUI_URL', 'chat.example.com', 'https://'],
    ['WEBUI_URL', 'localhost:8080', 'https://'],
    ['OPENID_PROVIDER_URL', '//id.example.com/x', 'https://'],
    ['WEBUI_AUTH_SIGNOUT_REDIRECT_URL', 'javascript:1', 'https://'],
    ['AIOHTTP_CLIENT_TIMEOUT', 'x', 'whole number'],
    ['PROVIDER_IDLE_TIMEOUT', '-3', 'whole number'],
    ['MODELS_CACHE_TTL', 'x', 'whole number'],
    ['OPENAI_API_BASE_URL', 'foo', 'http://'],
    ['OLLAMA_BASE_URL', 'localhost:11434', 'http://'],
    ['ADMIN_EMAIL', 'ann', 'e-mail address'],
    ['DEFAULT_LOCALE', 'en_US', 'de-AT'],
    ['USER_PERMISSIONS_CHAT_DELETE', 'perhaps', 'true or false'],
  ])('stops the start: %s=%s', async (name, value, allowed) => {
    const message = await readingFailure({ [name]: value });
    expect(message).toContain(`Invalid environment variable ${name}=${JSON.stringify(value)}`);
    expect(message).toMatch(new RegExp(allowed));
  });

  it.each([
    ['WEBHOOK_URL', 'hooks.example.com/SECRET'],
    ['OPENAI_API_CONFIGS', '{"0": {"key": "SECRET"'],
    ['DATABASE_URL', 'mysql://user:SECRET@host/name'],
    ['REDIS_URL', 'http://user:SECRET@host'],
  ])('is not shown when it may be a secret: %s', async (name, value) => {
    const message = await startFailure({ [name]: value });
    expect(message).toContain(`Invalid environment variable ${name}=`);
    expect(message).not.toContain('SECRET');
  });
});

/** What the start reads first, and `config:list`: without an application for each variable. */
async function readingFailure(env: Record<string, string>): Promise<string> {
  try {
    allVariables(new Env({ NODE_ENV: 'test', ...env }).source, new Map());
    return 'read';
  } catch (error) {
    return (error as Error).message;
  }
}

const startFailure = (env: Record<string, string>): Promise<string> =>
  startTestApp(env).then(
    async (app) => {
      await app.close();
      return 'started';
    },
    (error: Error) => error.message,
  );

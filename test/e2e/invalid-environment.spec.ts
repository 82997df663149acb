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
    ['STORAGE_PROVIDER', 's3', 'local'],
  ])('stops the start: %s=%s', async (name, value, allowed) => {
    const start = startTestApp({ [name]: value }).then((app) => app.close());
    const message = await start.then(
      () => 'started',
      (error: Error) => error.message,
    );
    expect(message).toContain(`Invalid environment variable ${name}=${JSON.stringify(value)}`);
    expect(message).toMatch(new RegExp(allowed));
  });
});

import { fileURLToPath } from 'node:url';
import { replayChatFlow } from './chat-flow.mjs';

/**
 * Finished domains, one line each: the built server must answer as recorded, but for `deviations.md`.
 *
 * A domain is either lines of a recording: `file`, and `paths` for the requests that are sent, those that set the
 * stage included; or a `replay` of its own that gets `{url, provider}` and returns `[{id, text}]`, one for each
 * difference. `env` adds variables for the server; `peers` names local servers of the recordings that run beside it, by
 * the variables of their addresses, and `env` may be a function of these.
 */
const EVERY_LINE = /^/;
/** How a recorded installation calls itself, and that it asks nobody for newer releases. */
const QUIET = { ENABLE_VERSION_UPDATE_CHECK: 'False' };
const NAMED = { WEBUI_NAME: 'Open WebUI', ...QUIET };
const TRUSTED_HEADERS = {
  WEBUI_AUTH_TRUSTED_EMAIL_HEADER: 'x-email',
  WEBUI_AUTH_TRUSTED_NAME_HEADER: 'x-name',
  WEBUI_AUTH_TRUSTED_GROUPS_HEADER: 'x-groups',
};

/** Not here yet: tool servers, and code that runs on a server. */
const APP = /^(?!\/api\/v1\/(configs\/(code_execution|tool_servers|oauth\/clients)|utils\/code)\b)/;
const CLIENT_BUILD = fileURLToPath(new URL('./fixtures/build', import.meta.url));

/** Not here yet: pipelines servers, and functions that are models. */
const PROVIDERS = /^(?!\/api\/v1\/(pipelines|functions)\b)/;

export const DOMAINS = [
  // The longest first: several run at once.
  {
    name: 'providers',
    file: 'providers.jsonl',
    paths: PROVIDERS,
    peers: ['LLM', 'OLLAMA'],
    env: ({ OLLAMA }) => ({
      ENABLE_OLLAMA_API: 'True',
      OLLAMA_BASE_URL: OLLAMA,
      ENABLE_OPENAI_API_PASSTHROUGH: 'True',
    }),
  },
  { name: 'models', file: 'models.jsonl', paths: EVERY_LINE, peers: ['LLM'] },
  { name: 'evaluations', file: 'evaluations.jsonl', paths: /^\/api\/v1\/(auths|evaluations\/config)\b/ },
  { name: 'chat-flow', replay: replayChatFlow, env: { ENABLE_DIRECT_CONNECTIONS: 'True' } },
  { name: 'auth-rules', file: 'auth-rules.jsonl', paths: EVERY_LINE, env: QUIET },
  { name: 'auth-trusted-header', file: 'auth-trusted-header.jsonl', paths: EVERY_LINE, env: TRUSTED_HEADERS },
  { name: 'auth-off', file: 'auth-off.jsonl', paths: EVERY_LINE, env: { ...NAMED, WEBUI_AUTH: 'False' } },
  { name: 'auth-off-existing-users', file: 'auth-off-existing-users.jsonl', paths: EVERY_LINE },
  { name: 'auth-no-signup', file: 'auth-no-signup.jsonl', paths: EVERY_LINE, env: NAMED },
  {
    name: 'auth-no-password',
    file: 'auth-no-password.jsonl',
    paths: EVERY_LINE,
    env: { ENABLE_PASSWORD_AUTH: 'False' },
  },
  { name: 'auth-initial-admin', file: 'auth-initial-admin.jsonl', paths: EVERY_LINE, env: NAMED },
  // The recorded value stops our start: the lines show what a good one answers.
  { name: 'auth-bad-duration', file: 'auth-bad-duration.jsonl', paths: EVERY_LINE, env: { JWT_EXPIRES_IN: '4w' } },
  { name: 'identity', file: 'identity.jsonl', paths: EVERY_LINE, env: NAMED },
  { name: 'users-paging', file: 'users-paging.jsonl', paths: EVERY_LINE },
  { name: 'rate-limit', file: 'rate-limit.jsonl', paths: EVERY_LINE },
  {
    name: 'app-config',
    file: 'app-config.jsonl',
    paths: APP,
    env: { ...NAMED, FRONTEND_BUILD_DIR: CLIENT_BUILD },
  },
  { name: 'prompts', file: 'prompts-memories-notes.jsonl', paths: /^\/api\/v1\/(auths|users|groups|prompts)\b/ },
  // A path without the slash at its end is the same path: the lines that ask for the original's page there are left out.
  { name: 'chats', file: 'chats.jsonl', paths: EVERY_LINE },
  { name: 'folders', file: 'folders.jsonl', paths: /^(?!\/api\/v1\/folders$)/ },
];

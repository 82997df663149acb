import { ApiProperty } from '@nestjs/swagger';
import { IsLaxBoolean, Nested } from '../../../common/validation/fields';

const PREFIX = 'USER_PERMISSIONS_';
const variables = new WeakMap<object, Map<string, string[]>>();

/**
 * A leaf of the permission tree, with the variables (without prefix) for its default; the first one that is set wins.
 */
function Permission(...names: [string, ...string[]]): PropertyDecorator {
  const validate = IsLaxBoolean();
  const document = ApiProperty({ type: Boolean });
  return (section, key) => {
    validate(section, key);
    document(section, key);
    const known = variables.get(section) ?? new Map<string, string[]>();
    variables.set(
      section,
      known.set(
        String(key),
        names.map((name) => PREFIX + name),
      ),
    );
  };
}

/** The leaves of a section class and their variables. */
export const variablesOf = (section: object): ReadonlyMap<string, readonly string[]> =>
  variables.get(Object.getPrototypeOf(section) as object) ?? new Map<string, string[]>();

/** Access to workspace pages. */
export class WorkspacePermissions {
  @Permission('WORKSPACE_MODELS_ACCESS') models = false;
  @Permission('WORKSPACE_KNOWLEDGE_ACCESS') knowledge = false;
  @Permission('WORKSPACE_PROMPTS_ACCESS') prompts = false;
  @Permission('WORKSPACE_TOOLS_ACCESS') tools = false;
  @Permission('WORKSPACE_MODELS_IMPORT') models_import = false;
  @Permission('WORKSPACE_MODELS_EXPORT') models_export = false;
  @Permission('WORKSPACE_PROMPTS_IMPORT') prompts_import = false;
  @Permission('WORKSPACE_PROMPTS_EXPORT') prompts_export = false;
  @Permission('WORKSPACE_TOOLS_IMPORT') tools_import = false;
  @Permission('WORKSPACE_TOOLS_EXPORT') tools_export = false;
}

/** Kinds of rows that a user may share, and make public (`public_…`). */
export class SharingPermissions {
  @Permission('WORKSPACE_MODELS_ALLOW_SHARING') models = false;
  @Permission('WORKSPACE_MODELS_ALLOW_PUBLIC_SHARING') public_models = false;
  @Permission('WORKSPACE_KNOWLEDGE_ALLOW_SHARING', 'WORKSPACE_KNOWLEDGE_ALLOW_PUBLIC_SHARING') knowledge = false;
  @Permission('WORKSPACE_KNOWLEDGE_ALLOW_PUBLIC_SHARING') public_knowledge = false;
  @Permission('WORKSPACE_PROMPTS_ALLOW_SHARING') prompts = false;
  @Permission('WORKSPACE_PROMPTS_ALLOW_PUBLIC_SHARING') public_prompts = false;
  @Permission('WORKSPACE_TOOLS_ALLOW_SHARING') tools = false;
  @Permission('WORKSPACE_TOOLS_ALLOW_PUBLIC_SHARING') public_tools = false;
  @Permission('NOTES_ALLOW_SHARING', 'NOTES_ALLOW_PUBLIC_SHARING') notes = false;
  @Permission('NOTES_ALLOW_PUBLIC_SHARING') public_notes = false;
}

/** Permissions in chats. */
export class ChatPermissions {
  @Permission('CHAT_CONTROLS') controls = true;
  @Permission('CHAT_VALVES') valves = true;
  @Permission('CHAT_SYSTEM_PROMPT') system_prompt = true;
  @Permission('CHAT_PARAMS') params = true;
  @Permission('CHAT_FILE_UPLOAD') file_upload = true;
  @Permission('CHAT_DELETE') delete = true;
  @Permission('CHAT_DELETE_MESSAGE') delete_message = true;
  @Permission('CHAT_CONTINUE_RESPONSE') continue_response = true;
  @Permission('CHAT_REGENERATE_RESPONSE') regenerate_response = true;
  @Permission('CHAT_RATE_RESPONSE') rate_response = true;
  @Permission('CHAT_EDIT') edit = true;
  @Permission('CHAT_SHARE') share = true;
  @Permission('CHAT_EXPORT') export = true;
  @Permission('CHAT_STT') stt = true;
  @Permission('CHAT_TTS') tts = true;
  @Permission('CHAT_CALL') call = true;
  @Permission('CHAT_MULTIPLE_MODELS') multiple_models = true;
  @Permission('CHAT_TEMPORARY') temporary = true;
  /** Chats of this user are always temporary. */
  @Permission('CHAT_TEMPORARY_ENFORCED') temporary_enforced = false;
}

/** Access to features. */
export class FeaturePermissions {
  @Permission('FEATURES_API_KEYS') api_keys = false;
  @Permission('FEATURES_NOTES') notes = true;
  @Permission('FEATURES_FOLDERS') folders = true;
  @Permission('FEATURES_CHANNELS') channels = true;
  @Permission('FEATURES_DIRECT_TOOL_SERVERS') direct_tool_servers = false;
  @Permission('FEATURES_WEB_SEARCH') web_search = true;
  @Permission('FEATURES_IMAGE_GENERATION') image_generation = true;
  @Permission('FEATURES_CODE_INTERPRETER') code_interpreter = true;
}

/**
 * The permission tree: keys, defaults and (with the prefix `USER_PERMISSIONS_`) the variables that override them.
 * Administrators pass every check.
 */
export class PermissionTree {
  @Nested(() => WorkspacePermissions)
  workspace: WorkspacePermissions;

  @Nested(() => SharingPermissions)
  sharing: SharingPermissions;

  @Nested(() => ChatPermissions)
  chat: ChatPermissions;

  @Nested(() => FeaturePermissions)
  features: FeaturePermissions;
}

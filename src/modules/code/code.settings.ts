import { IsArray, IsBoolean, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { Env, EnvAs, FeatureSwitch, Secret, SettingsSection, StoredAt } from '../../platform/settings/decorators';
import { commaSeparated } from '../../platform/settings/env-parsers';
import type { JupyterConnection } from './code.types';

/** Seconds. A larger value would overflow a timer. */
const MAX_TIMEOUT = 2_000_000;

/** Code blocks that users run: fields are named as the keys of the wire, in lower case and without their prefix. */
@SettingsSection('code_execution')
export class CodeExecutionSettings implements JupyterConnection {
  /** Users may run code blocks. */
  @StoredAt('code_execution.enable')
  @Env('ENABLE_CODE_EXECUTION')
  @IsBoolean()
  enable = true;

  /** Where code blocks run: `pyodide` in the browser, `jupyter` on a Jupyter server, `sandbox` in the sandbox of this server. */
  @StoredAt('code_execution.engine')
  @Env('CODE_EXECUTION_ENGINE')
  @IsString()
  engine = 'pyodide';

  /** Address of the Jupyter server. */
  @StoredAt('code_execution.jupyter.url')
  @Env('CODE_EXECUTION_JUPYTER_URL')
  @IsOptional()
  @IsString()
  jupyter_url: string | null = '';

  /** `token`, `password`, or empty for none. */
  @StoredAt('code_execution.jupyter.auth')
  @Env('CODE_EXECUTION_JUPYTER_AUTH')
  @IsOptional()
  @IsString()
  jupyter_auth: string | null = '';

  /** Token of the Jupyter server. */
  @Secret<CodeExecutionSettings>({ sentTo: ({ jupyter_url: url }) => url ?? '' })
  @StoredAt('code_execution.jupyter.auth_token')
  @Env('CODE_EXECUTION_JUPYTER_AUTH_TOKEN')
  @IsOptional()
  @IsString()
  jupyter_auth_token: string | null = '';

  /** Password of the Jupyter server. */
  @Secret<CodeExecutionSettings>({ sentTo: ({ jupyter_url: url }) => url ?? '' })
  @StoredAt('code_execution.jupyter.auth_password')
  @Env('CODE_EXECUTION_JUPYTER_AUTH_PASSWORD')
  @IsOptional()
  @IsString()
  jupyter_auth_password: string | null = '';

  /** Seconds without a message of the kernel after which a run ends; 0 or null for 60. */
  @StoredAt('code_execution.jupyter.timeout')
  @Env('CODE_EXECUTION_JUPYTER_TIMEOUT')
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_TIMEOUT)
  jupyter_timeout: number | null = 60;

  /** Runs of one user at the same time on one node, of code blocks and of the interpreter; more are refused with 429. */
  @Env('CODE_EXECUTION_MAX_RUNNING_PER_USER')
  @IsInt()
  @Min(1)
  max_running_per_user = 4;
}

/** Code that models run in chats. The Jupyter server defaults to that of code blocks. */
@SettingsSection('code_interpreter')
export class CodeInterpreterSettings implements JupyterConnection {
  /** Users with the permission `features.code_interpreter` may let models run code. */
  @FeatureSwitch('code_interpreter')
  @StoredAt('code_interpreter.enable')
  @Env('ENABLE_CODE_INTERPRETER')
  @IsBoolean()
  enable = true;

  /** Where the code of models runs; values as `CODE_EXECUTION_ENGINE`. */
  @StoredAt('code_interpreter.engine')
  @Env('CODE_INTERPRETER_ENGINE')
  @IsString()
  engine = 'pyodide';

  /** Tells models how to run code; empty for the built-in text. */
  @StoredAt('code_interpreter.prompt_template')
  @Env('CODE_INTERPRETER_PROMPT_TEMPLATE')
  @IsOptional()
  @IsString()
  prompt_template: string | null = '';

  /** Address of the Jupyter server of the interpreter. */
  @StoredAt('code_interpreter.jupyter.url')
  @Env('CODE_INTERPRETER_JUPYTER_URL', 'CODE_EXECUTION_JUPYTER_URL')
  @IsOptional()
  @IsString()
  jupyter_url: string | null = '';

  /** `token`, `password`, or empty for none. */
  @StoredAt('code_interpreter.jupyter.auth')
  @Env('CODE_INTERPRETER_JUPYTER_AUTH', 'CODE_EXECUTION_JUPYTER_AUTH')
  @IsOptional()
  @IsString()
  jupyter_auth: string | null = '';

  /** Token of the Jupyter server of the interpreter. */
  @Secret<CodeInterpreterSettings>({ sentTo: ({ jupyter_url: url }) => url ?? '' })
  @StoredAt('code_interpreter.jupyter.auth_token')
  @Env('CODE_INTERPRETER_JUPYTER_AUTH_TOKEN', 'CODE_EXECUTION_JUPYTER_AUTH_TOKEN')
  @IsOptional()
  @IsString()
  jupyter_auth_token: string | null = '';

  /** Password of the Jupyter server of the interpreter. */
  @Secret<CodeInterpreterSettings>({ sentTo: ({ jupyter_url: url }) => url ?? '' })
  @StoredAt('code_interpreter.jupyter.auth_password')
  @Env('CODE_INTERPRETER_JUPYTER_AUTH_PASSWORD', 'CODE_EXECUTION_JUPYTER_AUTH_PASSWORD')
  @IsOptional()
  @IsString()
  jupyter_auth_password: string | null = '';

  /** Seconds without a message of the kernel after which a run ends; 0 or null for 60. */
  @StoredAt('code_interpreter.jupyter.timeout')
  @Env('CODE_INTERPRETER_JUPYTER_TIMEOUT', 'CODE_EXECUTION_JUPYTER_TIMEOUT')
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_TIMEOUT)
  jupyter_timeout: number | null = 60;

  /** Python modules that the code of models may not import itself. A guard against accidents, not against attacks. */
  @EnvAs(commaSeparated, 'CODE_INTERPRETER_BLOCKED_MODULES')
  @IsArray()
  @IsString({ each: true })
  blocked_modules: string[] = [];
}

/** The engine as clients know it: they run code in the browser unless it is `jupyter`, and send it to this server then. */
export const clientEngineOf = ({ engine }: CodeExecutionSettings): string =>
  engine === 'sandbox' ? 'jupyter' : engine;

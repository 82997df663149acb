import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction';
import { SettingsStore } from '../../platform/settings/settings-store';
import type { CodeExecutionConfig } from './code.dto';
import { CodeExecutionSettings, CodeInterpreterSettings } from './code.settings';

/** The settings page of both ways to run code. */
@Injectable()
export class CodeConfigService {
  constructor(
    private readonly store: SettingsStore,
    private readonly transaction: Transaction,
  ) {}

  getConfig(): CodeExecutionConfig {
    const execution = this.store.shown(CodeExecutionSettings);
    const interpreter = this.store.shown(CodeInterpreterSettings);
    return {
      ENABLE_CODE_EXECUTION: execution.enable,
      CODE_EXECUTION_ENGINE: execution.engine,
      CODE_EXECUTION_JUPYTER_URL: execution.jupyter_url,
      CODE_EXECUTION_JUPYTER_AUTH: execution.jupyter_auth,
      CODE_EXECUTION_JUPYTER_AUTH_TOKEN: execution.jupyter_auth_token,
      CODE_EXECUTION_JUPYTER_AUTH_PASSWORD: execution.jupyter_auth_password,
      CODE_EXECUTION_JUPYTER_TIMEOUT: execution.jupyter_timeout,
      ENABLE_CODE_INTERPRETER: interpreter.enable,
      CODE_INTERPRETER_ENGINE: interpreter.engine,
      CODE_INTERPRETER_PROMPT_TEMPLATE: interpreter.prompt_template,
      CODE_INTERPRETER_JUPYTER_URL: interpreter.jupyter_url,
      CODE_INTERPRETER_JUPYTER_AUTH: interpreter.jupyter_auth,
      CODE_INTERPRETER_JUPYTER_AUTH_TOKEN: interpreter.jupyter_auth_token,
      CODE_INTERPRETER_JUPYTER_AUTH_PASSWORD: interpreter.jupyter_auth_password,
      CODE_INTERPRETER_JUPYTER_TIMEOUT: interpreter.jupyter_timeout,
    };
  }

  /** All or nothing. @throws BadRequestError for an invalid value; ConflictError as `SettingsStore.saveForm`. */
  async saveConfig(sent: CodeExecutionConfig): Promise<CodeExecutionConfig> {
    await this.transaction.run(async () => {
      await this.store.saveForm(CodeExecutionSettings, {
        enable: sent.ENABLE_CODE_EXECUTION,
        engine: sent.CODE_EXECUTION_ENGINE,
        jupyter_url: sent.CODE_EXECUTION_JUPYTER_URL,
        jupyter_auth: sent.CODE_EXECUTION_JUPYTER_AUTH,
        jupyter_auth_token: sent.CODE_EXECUTION_JUPYTER_AUTH_TOKEN,
        jupyter_auth_password: sent.CODE_EXECUTION_JUPYTER_AUTH_PASSWORD,
        jupyter_timeout: sent.CODE_EXECUTION_JUPYTER_TIMEOUT,
      });
      await this.store.saveForm(CodeInterpreterSettings, {
        enable: sent.ENABLE_CODE_INTERPRETER,
        engine: sent.CODE_INTERPRETER_ENGINE,
        prompt_template: sent.CODE_INTERPRETER_PROMPT_TEMPLATE,
        jupyter_url: sent.CODE_INTERPRETER_JUPYTER_URL,
        jupyter_auth: sent.CODE_INTERPRETER_JUPYTER_AUTH,
        jupyter_auth_token: sent.CODE_INTERPRETER_JUPYTER_AUTH_TOKEN,
        jupyter_auth_password: sent.CODE_INTERPRETER_JUPYTER_AUTH_PASSWORD,
        jupyter_timeout: sent.CODE_INTERPRETER_JUPYTER_TIMEOUT,
      });
    });
    return this.getConfig();
  }
}

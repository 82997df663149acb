import { Injectable, Logger } from '@nestjs/common';
import {
  BadRequestError,
  ForbiddenError,
  PayloadTooLargeError,
  TooManyRequestsError,
} from '../../common/errors/app-error';
import { SandboxService } from '../sandbox/sandbox.service';
import { SandboxError } from '../sandbox/sandbox.types';
import { CodeExecutionSettings, CodeInterpreterSettings } from './code.settings';
import { errorOutput, type CodeOutput, type CodeRun } from './code.types';
import { guardImports } from './import-guard';
import { JupyterService } from './jupyter/jupyter.service';

const RETRY_SECONDS = 5;
/** Characters. */
const MAX_CODE = 1_000_000;

/** Runs code of users and of models. Runs share nothing, not even those of one user. */
@Injectable()
export class CodeService {
  private readonly logger = new Logger(CodeService.name);
  /** Runs under way, by user. */
  private readonly running = new Map<string, number>();

  constructor(
    private readonly execution: CodeExecutionSettings,
    private readonly interpreter: CodeInterpreterSettings,
    private readonly jupyter: JupyterService,
    private readonly sandbox: SandboxService,
  ) {}

  /**
   * Runs a code block of a user, with the engine of `CODE_EXECUTION_*`.
   * @throws ForbiddenError while code execution is disabled; BadRequestError when code blocks run in the browser;
   * PayloadTooLargeError; TooManyRequestsError; the reason of the signal.
   */
  async execute({ principal, code }: CodeRun, signal: AbortSignal): Promise<CodeOutput> {
    const { enable: isEnabled, engine } = this.execution;
    if (!isEnabled) throw new ForbiddenError('Code execution is disabled');
    if (engine !== 'jupyter' && engine !== 'sandbox') throw new BadRequestError('Code execution engine not supported');
    if (code.length > MAX_CODE) throw new PayloadTooLargeError();
    return this.countedFor(principal.id, () =>
      engine === 'jupyter'
        ? this.jupyter.run(this.execution, code, signal)
        : this.runInSandbox(principal, code, signal),
    );
  }

  /**
   * Runs code of a model, with the engine of `CODE_INTERPRETER_*` and behind its import guard. Code that would run in a
   * browser (`pyodide`) runs in the sandbox. Failures are part of the output. @throws the reason of the signal.
   */
  async interpret({ principal, code }: CodeRun, signal: AbortSignal): Promise<CodeOutput> {
    const { enable: isEnabled, engine } = this.interpreter;
    if (!isEnabled) return errorOutput('The code interpreter is disabled');
    if (code.length > MAX_CODE) return errorOutput('The code is too long');
    const guarded = this.guarded(code);
    try {
      return await this.countedFor(principal.id, () => {
        if (engine === 'jupyter') return this.jupyter.run(this.interpreter, guarded, signal);
        if (engine === 'sandbox' || engine === 'pyodide') return this.runInSandbox(principal, guarded, signal);
        return { stdout: 'Code interpreter engine not configured.', stderr: '', result: '' };
      });
    } catch (error) {
      if (error instanceof TooManyRequestsError) return errorOutput('Too much code is running');
      throw error;
    }
  }

  /** Code of a model as it has to be run, also by a browser: behind the guard of `CODE_INTERPRETER_BLOCKED_MODULES`. */
  guarded(code: string): string {
    return guardImports(code, this.interpreter.blocked_modules);
  }

  private async runInSandbox(principal: CodeRun['principal'], code: string, signal: AbortSignal): Promise<CodeOutput> {
    try {
      const { stdout, stderr, result, files } = await this.sandbox.run('python', code, signal, principal.id);
      const texts = { stdout: stdout.trim(), stderr: stderr.trim(), result: result.trim() };
      return files && files.length > 0 ? { ...texts, files } : texts;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof SandboxError)) throw error;
      this.logger.debug({ err: error }, 'Code in the sandbox failed');
      if (error.failure === 'timeout') return { stdout: '', stderr: 'Execution timed out.', result: '' };
      return errorOutput(error.message);
    }
  }

  private async countedFor<T>(userId: string, run: () => T | Promise<T>): Promise<T> {
    const count = this.running.get(userId) ?? 0;
    if (count >= this.execution.max_running_per_user) throw new TooManyRequestsError(RETRY_SECONDS);
    this.running.set(userId, count + 1);
    try {
      return await run();
    } finally {
      const left = (this.running.get(userId) ?? 1) - 1;
      if (left > 0) this.running.set(userId, left);
      else this.running.delete(userId);
    }
  }
}

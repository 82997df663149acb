import { IsString } from 'class-validator';
import { IsLaxBoolean, IsLaxInt, NullOr } from '../../common/validation/fields';

export class CodeRequest {
  @IsString() code: string;
}

export class FormattedCodeResponse {
  code: string;
}

export class CodeFileResponse {
  name: string;
  /** Base64. */
  content: string;
}

export class CodeOutputResponse {
  stdout: string;
  /** Also the traceback of an exception, `Execution timed out.`, or `Error: …` when the code could not run. */
  stderr: string;
  /** Values of the code, one a line; pictures as `data:image/png;base64,…`. */
  result: string;
  /** Files that the code wrote into its working directory. Engine `sandbox` only. */
  files?: CodeFileResponse[];
}

/** Keys may be null where the type says so, but not missing. Secrets are masked. */
export class CodeExecutionConfig {
  @IsLaxBoolean() ENABLE_CODE_EXECUTION: boolean;

  /** `pyodide` (browser), `jupyter`, or `sandbox` (this server). */
  @IsString() CODE_EXECUTION_ENGINE: string;

  @NullOr() @IsString() CODE_EXECUTION_JUPYTER_URL: string | null;
  @NullOr() @IsString() CODE_EXECUTION_JUPYTER_AUTH: string | null;
  @NullOr() @IsString() CODE_EXECUTION_JUPYTER_AUTH_TOKEN: string | null;
  @NullOr() @IsString() CODE_EXECUTION_JUPYTER_AUTH_PASSWORD: string | null;

  /** Seconds without a message of the kernel. */
  @NullOr() @IsLaxInt() CODE_EXECUTION_JUPYTER_TIMEOUT: number | null;

  @IsLaxBoolean() ENABLE_CODE_INTERPRETER: boolean;
  @IsString() CODE_INTERPRETER_ENGINE: string;
  @NullOr() @IsString() CODE_INTERPRETER_PROMPT_TEMPLATE: string | null;
  @NullOr() @IsString() CODE_INTERPRETER_JUPYTER_URL: string | null;
  @NullOr() @IsString() CODE_INTERPRETER_JUPYTER_AUTH: string | null;
  @NullOr() @IsString() CODE_INTERPRETER_JUPYTER_AUTH_TOKEN: string | null;
  @NullOr() @IsString() CODE_INTERPRETER_JUPYTER_AUTH_PASSWORD: string | null;
  @NullOr() @IsLaxInt() CODE_INTERPRETER_JUPYTER_TIMEOUT: number | null;
}

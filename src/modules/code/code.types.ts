import type { Principal } from '../../common/auth/principal';
import type { CodeFile } from '../sandbox/sandbox.types';

/** What a run of code printed and evaluated to; each string is trimmed. */
export interface CodeOutput {
  stdout: string;
  /** Errors too: the traceback of an exception, `Execution timed out.`, `Error: <why the code did not run>`. */
  stderr: string;
  /** Values of the cell, one a line; pictures as `data:image/png;base64,…`. */
  result: string;
  /** Files that the code wrote into its working directory; only of the sandbox. */
  files?: CodeFile[];
}

/** The output of code that did not run. */
export const errorOutput = (reason: string): CodeOutput => ({ stdout: '', stderr: `Error: ${reason}`, result: '' });

export interface CodeRun {
  /** Who runs the code: runs of different users never share state. */
  principal: Principal;
  code: string;
}

/** A Jupyter server, as the settings name it. */
export interface JupyterConnection {
  jupyter_url: string | null;
  jupyter_auth: string | null;
  jupyter_auth_token: string | null;
  jupyter_auth_password: string | null;
  /** Seconds. */
  jupyter_timeout: number | null;
}

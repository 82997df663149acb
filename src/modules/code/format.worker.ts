import { serveTask } from '../../platform/workers/serve-task';
import { TaskRefusal } from '../../platform/workers/worker-error';

/** A source, and its language. */
export interface FormatInput {
  code: string;
  language: 'python' | 'javascript';
}

/** One source in, its formatted text out: Python in the style of Black, JavaScript and TypeScript by Prettier. */
async function* format({ code, language }: FormatInput): AsyncGenerator<string, void> {
  yield language === 'python' ? await formatPython(code) : await formatJavaScript(code);
}

/** Black's defaults are those of Ruff. */
async function formatPython(code: string): Promise<string> {
  const { PositionEncoding, Workspace } = await import('@astral-sh/ruff-wasm-nodejs');
  const workspace = new Workspace({}, PositionEncoding.Utf16);
  try {
    return workspace.format(code);
  } catch (error) {
    const refusal = pythonRefusal(String((error as Error).message), code);
    if (refusal) throw refusal;
    // The stack of the WebAssembly instance is not unwound: it cannot be used again.
    process.exit(1);
  }
}

/** Undefined unless the parser refused the code. */
function pythonRefusal(message: string, code: string): TaskRefusal | undefined {
  const found = /^(.*) at byte range (\d{1,9})\.\.\d{1,9}$/s.exec(message);
  return found ? refusal(found[1] ?? '', positionOf(code, Number(found[2]))) : undefined;
}

function positionOf(code: string, byte: number): string {
  const before = Buffer.from(code).subarray(0, byte).toString().split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

async function formatJavaScript(code: string): Promise<string> {
  const [{ format: prettify }, babel, estree] = await Promise.all([
    import('prettier/standalone'),
    import('prettier/plugins/babel'),
    import('prettier/plugins/estree'),
  ]);
  try {
    return await prettify(code, { parser: 'babel-ts', plugins: [babel, estree as never] });
  } catch (error) {
    const { message, loc } = error as { message: string; loc?: { start?: { line: number; column: number } } };
    if (!loc?.start) throw error;
    const [text = ''] = message.split('\n', 1);
    throw refusal(text.replace(/ \(\d{1,9}:\d{1,9}\)$/, ''), `${loc.start.line}:${loc.start.column}`);
  }
}

const MAX_MESSAGE = 200;

const refusal = (message: string, position: string): TaskRefusal =>
  new TaskRefusal(`Cannot parse: ${position}: ${message.slice(0, MAX_MESSAGE)}`);

serveTask(format);

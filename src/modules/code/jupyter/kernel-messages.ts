import { randomUUID } from 'node:crypto';
import { asString, isJsonObject, type JsonObject } from '../../../common/util/json';
import type { CodeOutput } from '../code.types';

/** Characters of one run; more are cut, and the run ends. */
const MAX_OUTPUT = 8_000_000;
const PROTOCOL = '5.3';
const TIMED_OUT = 'Execution timed out.';
const TOO_LONG = 'Output limit exceeded.';

/** Colours of terminals, which IPython puts into tracebacks. */
const COLOURS = /\u001b\[[\d;]{0,20}m/g;

export interface ExecuteRequest {
  id: string;
  /** The message for the channel. */
  text: string;
}

/** The request to run one cell. */
export function executeRequest(code: string): ExecuteRequest {
  const id = randomUUID();
  const header = {
    msg_id: id,
    msg_type: 'execute_request',
    username: 'user',
    session: randomUUID(),
    date: new Date().toISOString(),
    version: PROTOCOL,
  };
  const content = {
    code,
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: true,
  };
  const message = { header, parent_header: {}, metadata: {}, content, buffers: [], channel: 'shell' };
  return { id, text: JSON.stringify(message) };
}

/** Collects the messages of the kernel about one request. */
export class CellOutput {
  private stdout = '';
  private stderr = '';
  private readonly values: string[] = [];
  private room = MAX_OUTPUT;

  constructor(private readonly requestId: string) {}

  /** Takes one message of the channel; those of other requests and invalid ones are skipped. True when the cell has ended. */
  take(text: string): boolean {
    const message = parsed(text);
    if (!isJsonObject(message) || !isJsonObject(message.parent_header) || !isJsonObject(message.content)) return false;
    if (message.parent_header.msg_id !== this.requestId) return false;
    return this.takeContent(typeOf(message), message.content);
  }

  /** The kernel has been silent for too long. */
  timeOut(): void {
    this.addLine(TIMED_OUT);
  }

  fail(reason: string): void {
    this.addLine(`Error: ${reason}`);
  }

  get output(): CodeOutput {
    return { stdout: this.stdout.trim(), stderr: this.stderr.trim(), result: this.values.join('\n').trim() };
  }

  private takeContent(type: string | undefined, content: JsonObject): boolean {
    if (type === 'status') return content.execution_state === 'idle';
    if (type === 'stream') this.takeText(content);
    else if (type === 'execute_result' || type === 'display_data') this.takeValue(content.data);
    else if (type === 'error') this.addLine(this.fitting(tracebackOf(content)));
    if (this.room > 0) return false;
    this.addLine(TOO_LONG);
    return true;
  }

  private takeText({ name, text }: JsonObject): void {
    if (name === 'stdout') this.stdout += this.fitting(text);
    else if (name === 'stderr') this.stderr += this.fitting(text);
  }

  /** A picture wins over its text; other types are dropped. */
  private takeValue(data: unknown): void {
    if (!isJsonObject(data)) return;
    const picture = textOf(data['image/png']);
    if (picture !== undefined) this.addPicture(picture.replaceAll('\n', ''));
    else this.addValue(textOf(data['text/plain']));
  }

  /** A cut picture would be none. */
  private addPicture(base64: string): void {
    if (base64.length > this.room) this.room = 0;
    else this.addValue(`data:image/png;base64,${base64}`);
  }

  private addValue(value: string | undefined): void {
    if (value !== undefined) this.values.push(this.fitting(value));
  }

  private fitting(text: unknown): string {
    const part = (textOf(text) ?? '').slice(0, this.room);
    this.room -= part.length;
    return part;
  }

  private addLine(line: string): void {
    this.stderr += this.stderr === '' || this.stderr.endsWith('\n') ? line : `\n${line}`;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const typeOf = ({ msg_type, header }: JsonObject): string | undefined =>
  asString(msg_type) ?? (isJsonObject(header) ? asString(header.msg_type) : undefined);

/** Texts may come as lists of lines. */
function textOf(value: unknown): string | undefined {
  return Array.isArray(value) ? value.filter((part) => typeof part === 'string').join('') : asString(value);
}

function tracebackOf({ traceback, ename, evalue }: JsonObject): string {
  const lines = Array.isArray(traceback) ? traceback.filter((line) => typeof line === 'string') : [];
  const text = lines.length > 0 ? lines.join('\n') : `${asString(ename) ?? 'Error'}: ${asString(evalue) ?? ''}`;
  return text.replace(COLOURS, '');
}

import { Injectable, Logger } from '@nestjs/common';
import { HttpClient } from '../../../platform/http-client/http-client';
import { OutgoingError } from '../../../platform/http-client/outgoing-error';
import { WebSocketClient, type WebSocketConnection } from '../../../platform/http-client/web-socket-client';
import type { CodeOutput, JupyterConnection } from '../code.types';
import { JupyterError, JupyterSession } from './jupyter-session';
import { CellOutput, executeRequest, type ExecuteRequest } from './kernel-messages';

const DEFAULT_TIMEOUT = 60;
/** Milliseconds to open the channel. */
const OPEN_TIMEOUT = 30_000;
/** Milliseconds after which a kernel is deleted again that Jupyter did not delete. */
const RETRY_DELAYS = [10_000, 60_000, 600_000];
/** Bytes of one message, and of all messages of a run, those of other requests included. */
const MAX_MESSAGE = 16_000_000;
const MAX_RECEIVED = 64_000_000;

/** Runs code on a Jupyter server: each run has a kernel of its own, which is deleted in every case. */
@Injectable()
export class JupyterService {
  private readonly logger = new Logger(JupyterService.name);

  constructor(
    private readonly http: HttpClient,
    private readonly sockets: WebSocketClient,
  ) {}

  /** Failures of Jupyter are part of the output. @throws the reason of the signal. */
  async run(connection: JupyterConnection, code: string, signal: AbortSignal): Promise<CodeOutput> {
    signal.throwIfAborted();
    const request = executeRequest(code);
    const output = new CellOutput(request.id);
    try {
      const session = new JupyterSession(this.http, connection);
      await session.signIn(signal);
      const kernel = await session.startKernel();
      try {
        await this.runIn(session.channels(kernel), { request, output, seconds: connection.jupyter_timeout }, signal);
      } finally {
        await this.giveUp(session, kernel);
      }
    } catch (error) {
      signal.throwIfAborted();
      output.fail(this.reasonOf(error));
    }
    return output.output;
  }

  private async runIn(
    { url, headers }: ReturnType<JupyterSession['channels']>,
    { request, output, seconds }: { request: ExecuteRequest; output: CellOutput; seconds: number | null },
    signal: AbortSignal,
  ): Promise<void> {
    const options = { headers, signal, timeout: OPEN_TIMEOUT, maxBytes: MAX_MESSAGE };
    const channel = await this.sockets.connect(url, options);
    channel.send(request.text);
    await readCell(channel, output, 1000 * (seconds || DEFAULT_TIMEOUT));
    signal.throwIfAborted();
  }

  /** The response of the run waits for the first attempt only. */
  private async giveUp(session: JupyterSession, kernel: string, delays = RETRY_DELAYS): Promise<void> {
    try {
      await session.deleteKernel(kernel);
    } catch (error) {
      this.logger.warn({ err: error }, 'A Jupyter kernel could not be deleted');
      const [delay, ...later] = delays;
      if (delay !== undefined) setTimeout(() => void this.giveUp(session, kernel, later), delay).unref();
    }
  }

  /** For users, who need not know the address of the server. */
  private reasonOf(error: unknown): string {
    if (error instanceof JupyterError) return error.message;
    if (error instanceof OutgoingError) return error.message.replace(error.origin, 'Jupyter');
    this.logger.error({ err: error }, 'Code could not be run on Jupyter');
    return 'The code could not be run';
  }
}

/** Reads until the cell has ended or the kernel has been silent for too long. @throws JupyterError, OutgoingError. */
async function readCell(channel: WebSocketConnection, output: CellOutput, silence: number): Promise<void> {
  let isSilent = false;
  let received = 0;
  const timer = setTimeout(() => {
    isSilent = true;
    channel.close();
  }, silence);
  try {
    for await (const text of channel.messages) {
      timer.refresh();
      received += text.length;
      if (received > MAX_RECEIVED) throw new JupyterError('The kernel sent too much');
      if (output.take(text)) return;
    }
  } finally {
    clearTimeout(timer);
    channel.close();
  }
  if (!isSilent) throw new JupyterError('Jupyter closed the channel');
  output.timeOut();
}

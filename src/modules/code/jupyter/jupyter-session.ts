import { asString, isJsonObject } from '../../../common/util/json';
import type { HttpClient, OutgoingRequest } from '../../../platform/http-client/http-client';
import type { OutgoingResponse } from '../../../platform/http-client/outgoing-response';
import type { JupyterConnection } from '../code.types';

const MAX_RESPONSE = 1_000_000;
/** Milliseconds for one call: a kernel may take long to start. */
const CALL_TIMEOUT = 30_000;
/** Milliseconds to delete a kernel: the response of the run waits for it. */
const DELETE_TIMEOUT = 5_000;

/** Jupyter refused a call, or responded with something else. The message is for users and names no address. */
export class JupyterError extends Error {
  override readonly name = 'JupyterError';
}

/** The HTTP calls of one run: sign-in, start and end of its kernel. */
export class JupyterSession {
  private readonly base: string;
  private readonly query: string;
  private readonly cookies = new Map<string, string>();

  /** @throws JupyterError for an address that is missing or invalid. */
  constructor(
    private readonly http: HttpClient,
    private readonly connection: JupyterConnection,
  ) {
    this.base = baseOf(connection.jupyter_url?.trim() ?? '');
    const { jupyter_auth: auth, jupyter_auth_token: token } = connection;
    this.query = auth === 'token' && token ? `?token=${encodeURIComponent(token)}` : '';
  }

  /** With password authentication: a session and the token against forgery. */
  async signIn(signal: AbortSignal): Promise<void> {
    const { jupyter_auth: auth, jupyter_auth_password: password } = this.connection;
    if (auth !== 'password' || !password) return;
    (await this.send('login', { signal })).discard();
    const form = new URLSearchParams({ _xsrf: this.cookies.get('_xsrf') ?? '', password });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await this.send('login', { method: 'POST', headers, body: form.toString(), signal });
    response.discard();
    if (response.status >= 400) throw new JupyterError('Jupyter refused the password');
  }

  /**
   * Starts a kernel and returns its id. Not ended by the client's leaving: a kernel that started meanwhile has to be
   * known to be deleted.
   */
  async startKernel(): Promise<string> {
    const response = await this.send('api/kernels', { method: 'POST' });
    if (!response.isSuccess) {
      response.discard();
      throw new JupyterError(`Jupyter responded with status ${response.status}`);
    }
    const id = idOf(await response.text(MAX_RESPONSE));
    if (id === undefined) throw new JupyterError('Jupyter started no kernel');
    return id;
  }

  async deleteKernel(id: string): Promise<void> {
    const response = await this.send(`api/kernels/${id}`, { method: 'DELETE', timeout: DELETE_TIMEOUT });
    response.discard();
    if (!response.isSuccess && response.status !== 404)
      throw new JupyterError(`Jupyter responded with status ${response.status}`);
  }

  /** Address and headers of the channels of a kernel. */
  channels(id: string): { url: string; headers: Record<string, string> } {
    return {
      url: `${this.base.replace(/^http/, 'ws')}api/kernels/${id}/channels${this.query}`,
      headers: this.cookie(),
    };
  }

  private async send(path: string, request: OutgoingRequest): Promise<OutgoingResponse> {
    const headers = { ...this.cookie(), ...this.forgeryToken(request), ...request.headers };
    const response = await this.http.send(`${this.base}${path}${this.query}`, {
      timeout: CALL_TIMEOUT,
      ...request,
      headers,
    });
    for (const cookie of response.headers('set-cookie')) this.keep(cookie);
    return response;
  }

  private keep(cookie: string): void {
    const [pair = ''] = cookie.split(';', 1);
    const at = pair.indexOf('=');
    if (at > 0) this.cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
  }

  private cookie(): Record<string, string> {
    const pairs = [...this.cookies].map(([name, value]) => `${name}=${value}`);
    return pairs.length > 0 ? { cookie: pairs.join('; ') } : {};
  }

  /** Calls that change something repeat the cookie as a header. */
  private forgeryToken({ method }: OutgoingRequest): Record<string, string> {
    const token = this.cookies.get('_xsrf');
    return token !== undefined && method !== undefined ? { 'x-xsrftoken': token } : {};
  }
}

/** With a slash at its end. */
function baseOf(url: string): string {
  if (url === '') throw new JupyterError('The address of the Jupyter server is not set');
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:')
    throw new JupyterError('The address of the Jupyter server is not valid');
  return `${parsed.origin}${parsed.pathname.replace(/\/$/, '')}/`;
}

/** Ids become part of a path. */
function idOf(text: string): string | undefined {
  const kernel = parsedOf(text);
  const id = isJsonObject(kernel) ? asString(kernel.id) : undefined;
  return id !== undefined && /^[\w-]{1,100}$/.test(id) ? id : undefined;
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

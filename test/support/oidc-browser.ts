import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { endsWithFile } from './cleanup';
import { CLIENT } from './fakes/identity-provider';

export interface OidcProvider {
  url: string;
  close(): Promise<void>;
}

/** The real provider with these claims for everybody; who signs in is told by the login name. */
export async function startOidcProvider(claims: object): Promise<OidcProvider> {
  const file = join(__dirname, 'fixtures/oidc-provider.mjs');
  const env = { PATH: process.env.PATH, CLAIMS: JSON.stringify(claims), SECRET: CLIENT.secret };
  const child = spawn(process.execPath, ['--no-warnings', file], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  endsWithFile(child);
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.once('close', () => reject(new Error(`The provider did not start: ${output}`)));
    child.stdout.on('data', (part: Buffer) => {
      const ready = /Ready: (\S+)/.exec((output += part.toString()))?.[1];
      if (ready !== undefined) resolve(ready);
    });
  });
  const close = async () => {
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
  };
  return { url, close };
}

/** As much of a browser as a sign-in needs: cookies by host, redirects, and the forms of the provider. */
export class OidcBrowser {
  private readonly jar = new Map<string, Map<string, string>>();

  cookie(url: string, name: string): string | undefined {
    return this.jar.get(new URL(url).host)?.get(name);
  }

  /** Follows redirects and fills in the provider's forms, until a page of `end` is reached. @returns its URL. */
  async signIn(start: string, login: string, end: string): Promise<string> {
    let url = start;
    let form: Record<string, string> | undefined;
    for (let step = 0; step < 20; step++) {
      if (url.startsWith(end)) return url;
      const response = await this.send(url, form);
      form = undefined;
      const location = response.headers.get('location');
      if (location !== null) {
        url = new URL(location, url).href;
        continue;
      }
      const page = await response.text();
      url = new URL(/action="([^"]+)"/.exec(page)?.[1] ?? '', url).href;
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
      if (prompt === undefined) throw new Error(`Not a form of the provider: ${response.status} ${page.slice(0, 500)}`);
      form = { prompt, login, password: 'any' };
    }
    throw new Error(`The sign-in did not end: ${url}`);
  }

  private async send(url: string, form: Record<string, string> | undefined): Promise<Response> {
    const jar = this.jar.get(new URL(url).host) ?? new Map<string, string>();
    this.jar.set(new URL(url).host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const body = form && new URLSearchParams(form);
    const method = form ? 'POST' : 'GET';
    const response = await fetch(url, { method, body, headers: { cookie }, redirect: 'manual' });
    for (const text of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      jar.set(name, value);
    }
    return response;
  }
}

import { Injectable } from '@nestjs/common';
import { linkSignal } from '../../../../platform/http-client/linked-signal';
import { OutgoingError } from '../../../../platform/http-client/outgoing-error';
import { WebLoaderSettings } from '../web-loader.settings';
import { AGENT, PageRequestsService } from './page-requests.service';
import { isPathAllowed, readRobots, type RobotsRules } from './robots-rules';

const MAX_BYTES = 512 * 1024;
const TIMEOUT = 10_000;
/** Milliseconds for which the rules of a host are used; those of a host that failed for a shorter time. */
const LIFETIME = 3_600_000;
const FAILURE_LIFETIME = 60_000;
/** Hosts whose rules are in memory. */
const MAX_HOSTS = 200;

const EVERYTHING: RobotsRules = [];
const NOTHING: RobotsRules = readRobots('user-agent: *\ndisallow: /', AGENT);

/** Rules of robots.txt (RFC 9309), where administrators switched them on. */
@Injectable()
export class RobotsService {
  private readonly rules = new Map<string, { rules: Promise<RobotsRules>; until: number }>();

  constructor(
    private readonly requests: PageRequestsService,
    private readonly settings: WebLoaderSettings,
  ) {}

  /** @throws the reason of the signal. */
  async isAllowed(url: URL, signal: AbortSignal): Promise<boolean> {
    if (!this.settings.web_fetch_obey_robots) return true;
    const rules = await this.rulesOf(url);
    signal.throwIfAborted();
    return isPathAllowed(rules, url);
  }

  private rulesOf({ origin }: URL): Promise<RobotsRules> {
    const known = this.rules.get(origin);
    if (known && known.until > Date.now()) return known.rules;
    // Shared by all requests that wait, so no request of them can abort it.
    const rules = this.load(origin);
    const entry = { rules, until: Date.now() + LIFETIME };
    void rules.then((loaded) => {
      if (loaded === NOTHING) entry.until = Date.now() + FAILURE_LIFETIME;
    });
    this.rules.delete(origin);
    this.rules.set(origin, entry);
    const [oldest] = this.rules.keys();
    if (this.rules.size > MAX_HOSTS && oldest !== undefined) this.rules.delete(oldest);
    return rules;
  }

  private async load(origin: string): Promise<RobotsRules> {
    const link = linkSignal(undefined, TIMEOUT, () => new OutgoingError('timeout', origin));
    try {
      const { response } = await this.requests.get(new URL('/robots.txt', origin), link.signal);
      if (response.isSuccess) return readRobots(await beginningOf(response.stream()), AGENT);
      response.discard();
      // RFC 9309: a missing file allows everything, a failing server nothing.
      return response.status >= 500 ? NOTHING : EVERYTHING;
    } catch {
      return NOTHING;
    } finally {
      link.release();
    }
  }
}

/** As much of a text as is looked at; leaving the stream closes the connection. */
async function beginningOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    parts.push(part);
    size += part.byteLength;
    if (size >= MAX_BYTES) break;
  }
  return Buffer.concat(parts).toString('utf8', 0, MAX_BYTES);
}

import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { BadRequestError } from '../../../common/errors/app-error';
import { Detail } from '../../../common/errors/details';
import { nowSeconds } from '../../../common/util/time';
import { Keyring } from '../../../platform/crypto/keyring';
import { Transaction } from '../../../platform/database/transaction';
import { OAuthClientService, type OAuthTokens } from './oauth-client.service';
import type { OAuthSession } from './oauth-session.entity';
import { OAuthSessionRepository } from './oauth-session.repository';
import { toOAuthSessionResponse, type OAuthSessionResponse } from './oauth.dto';

/** Seconds before its end at which a token is made anew. */
const REFRESH_BEFORE = 300;

/** The tokens that providers gave for sign-ins: encrypted at rest, refreshed when they are about to end. */
@Injectable()
export class OAuthSessionsService {
  private readonly logger = new Logger(OAuthSessionsService.name);
  /** A refresh token may be good for one use only: requests that need it at once share the answer. */
  private readonly refreshing = new Map<string, Promise<string | null>>();

  constructor(
    private readonly sessions: OAuthSessionRepository,
    private readonly client: OAuthClientService,
    private readonly keyring: Keyring,
    private readonly transaction: Transaction,
  ) {}

  /** In the place of older ones of this user and provider. @returns its id. */
  async store(userId: string, provider: string, tokens: OAuthTokens): Promise<string> {
    const id = randomUUID();
    const session = { id, userId, provider, sealed: this.seal(tokens), expiresAt: tokens.expiresAt };
    await this.transaction.run(() => this.sessions.replace(session));
    return id;
  }

  /**
   * An access token of the user's latest sign-in at a provider that is good now; null when there is none. It does not ask
   * which browser that was: replies outlive their tab, and API keys have no cookies.
   */
  async accessTokenOf(userId: string): Promise<string | null> {
    for (const session of await this.sessions.findOfUser(userId)) {
      const token = await this.tokenOf(session);
      if (token !== null) return token;
    }
    return null;
  }

  /** Of an account, for administrators: without the tokens. @throws BadRequestError when there are none (contract). */
  async list(userId: string): Promise<OAuthSessionResponse[]> {
    const sessions = await this.sessions.findOfUser(userId);
    if (sessions.length === 0) throw new BadRequestError(Detail.notFound);
    return sessions.map((session) => toOAuthSessionResponse(session, this.open(session)));
  }

  /**
   * The session is over. @returns where the browser ends it at the provider; null where it cannot, or the provider does
   * not answer: it is over here in any case.
   */
  async end(id: string, returnUrl: string | null): Promise<string | null> {
    const session = await this.sessions.find(id);
    if (!session) return null;
    await this.sessions.delete(id);
    try {
      const provider = this.client.provider(session.provider);
      return await this.client.endSessionUrl(provider, this.open(session)?.idToken, returnUrl);
    } catch (error) {
      this.logger.warn(`No sign-out at ${session.provider}: ${String(error)}`);
      return null;
    }
  }

  private async tokenOf(session: OAuthSession): Promise<string | null> {
    return endsWithin(session, REFRESH_BEFORE) ? this.refreshOnce(session) : this.lastingTokenOf(session);
  }

  private refreshOnce(session: OAuthSession): Promise<string | null> {
    const running = this.refreshing.get(session.id) ?? this.refresh(session);
    this.refreshing.set(session.id, running);
    return running.finally(() => this.refreshing.delete(session.id));
  }

  /**
   * The new token, or the one that another node was given meanwhile. Of a provider that does not answer, the old one as
   * long as it lasts; a session that it refuses to refresh is of no use and deleted.
   */
  private async refresh({ id, sealed }: OAuthSession): Promise<string | null> {
    const session = await this.sessions.find(id);
    const tokens = session?.sealed === sealed ? this.open(session) : null;
    if (!session || !tokens?.refreshToken) return this.lastingTokenOf(session);
    try {
      const renewed = await this.client.refresh(this.client.provider(session.provider), tokens.refreshToken);
      const idToken = renewed.idToken ?? tokens.idToken;
      await this.sessions.update(id, { sealed: this.seal({ ...renewed, idToken }), expiresAt: renewed.expiresAt });
      return renewed.accessToken;
    } catch (error) {
      this.logger.warn(`Tokens of ${session.provider} not refreshed: ${String(error)}`);
      if (await this.client.isRefusal(error)) await this.sessions.deleteUnchanged(session);
      return this.lastingTokenOf(await this.sessions.find(id));
    }
  }

  private lastingTokenOf(session: OAuthSession | null): string | null {
    return session && !endsWithin(session, 0) ? (this.open(session)?.accessToken ?? null) : null;
  }

  private seal(tokens: OAuthTokens): string {
    return this.keyring.seal(JSON.stringify(tokens));
  }

  /** Null for tokens that were sealed with another key. */
  private open({ sealed }: OAuthSession): OAuthTokens | null {
    try {
      return JSON.parse(this.keyring.unseal(sealed)) as OAuthTokens;
    } catch {
      return null;
    }
  }
}

const endsWithin = ({ expiresAt }: OAuthSession, seconds: number): boolean =>
  expiresAt !== null && expiresAt - seconds <= nowSeconds();

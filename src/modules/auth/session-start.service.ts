import { Injectable } from '@nestjs/common';
import { noteActor } from '../../platform/observability/request-id';
import { PermissionsService } from '../groups/permissions.service';
import type { Account } from '../users/users.types';
import { toSessionUserResponse, type SessionUserResponse } from './auth.dto';
import { SessionAnswersService, type SessionAnswer } from './session-answers.service';
import { TokenService } from './token.service';

/** The last step of every way to sign in. */
@Injectable()
export class SessionStartService {
  constructor(
    private readonly tokens: TokenService,
    private readonly permissions: PermissionsService,
    private readonly answers: SessionAnswersService,
  ) {}

  /** A new token for somebody whose identity is proven; permissions as they are now. */
  async start(user: Account): Promise<SessionAnswer<SessionUserResponse>> {
    noteActor(user);
    const session = this.tokens.issue(user);
    const permissions = await this.permissions.treeOf(user.id);
    return this.answers.withToken(toSessionUserResponse(user, session, permissions), session);
  }
}

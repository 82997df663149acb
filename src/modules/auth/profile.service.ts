import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { PermissionsService } from '../groups/permissions/permissions.service';
import { UsersService } from '../users/users.service';
import {
  toProfileSummaryResponse,
  toSessionUserInfoResponse,
  type SessionUserInfoResponse,
  type UpdateProfileRequest,
  type UserProfileSummaryResponse,
} from './auth.dto';
import { SessionResponseService, type SessionResponse } from './sessions/session-response.service';

/** The principal's own session and profile. */
@Injectable()
export class ProfileService {
  constructor(
    private readonly users: UsersService,
    private readonly permissions: PermissionsService,
    private readonly responses: SessionResponseService,
  ) {}

  /** The account, and for session tokens the cookie of the token that was sent. */
  async getSession(principal: Principal): Promise<SessionResponse<SessionUserInfoResponse>> {
    const { id, credential } = principal;
    const [user, permissions] = await Promise.all([this.users.getProfile(id), this.permissions.treeFor(principal)]);
    const session = { token: credential.token, expiresAt: credential.kind === 'jwt' ? credential.expiresAt : null };
    const body = toSessionUserInfoResponse(user, session, permissions);
    return credential.kind === 'jwt' ? this.responses.withToken(body, session) : this.responses.unchanged(body);
  }

  async update({ id }: Principal, request: UpdateProfileRequest): Promise<UserProfileSummaryResponse> {
    const { name, profile_image_url: profileImageUrl, bio = null, gender = null, date_of_birth = null } = request;
    const change = { name, profileImageUrl, bio, gender, dateOfBirth: date_of_birth };
    return toProfileSummaryResponse(await this.users.update(id, change));
  }
}

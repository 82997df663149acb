import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Public, Roles, SignedIn } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { Audited } from '../../platform/audit/audited.decorator';
import { SignUpService } from './accounts/sign-up.service';
import {
  AddUserRequest,
  AddUserResponse,
  SessionUserInfoResponse,
  SessionUserResponse,
  SignInRequest,
  SignUpRequest,
  UpdatePasswordRequest,
  UpdateProfileRequest,
  UserProfileSummaryResponse,
} from './auth.dto';
import { Origin, type RequestOrigin } from './guards/request-origin';
import { PasswordChangeService } from './passwords/password-change.service';
import { ProfileService } from './profile.service';
import type { SessionResponse } from './sessions/session-response.service';
import { SignInService } from './sign-in.service';

@ApiTags('auths')
@ApiAuth()
@Controller('api/v1/auths')
export class AuthController {
  constructor(
    private readonly signIns: SignInService,
    private readonly signUps: SignUpService,
    private readonly profiles: ProfileService,
    private readonly passwordChanges: PasswordChangeService,
  ) {}

  @ApiOperation({ summary: 'The own session and profile' })
  @ApiOkResponse({ type: SessionUserInfoResponse })
  @SignedIn()
  @Get()
  getSession(@CurrentPrincipal() principal: Principal): Promise<SessionResponse<SessionUserInfoResponse>> {
    return this.profiles.getSession(principal);
  }

  @ApiOperation({ summary: 'Sign in with a password, or by a trusted header' })
  @ApiOkResponse({ type: SessionUserResponse })
  @Public()
  @Audited({ isSession: true })
  @Post('signin')
  signIn(
    @Body() request: SignInRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<SessionResponse<SessionUserResponse>> {
    return this.signIns.signIn(request, origin);
  }

  @ApiOperation({ summary: 'Create an account; the first one becomes administrator and closes sign-up' })
  @ApiOkResponse({ type: SessionUserResponse })
  @Public()
  @Audited({ isSession: true })
  @Post('signup')
  signUp(
    @Body() request: SignUpRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<SessionResponse<SessionUserResponse>> {
    return this.signUps.signUp(request, origin);
  }

  @ApiOperation({ summary: 'Change the own profile; absent fields are cleared' })
  @Post('update/profile')
  updateProfile(
    @CurrentPrincipal() principal: Principal,
    @Body() request: UpdateProfileRequest,
  ): Promise<UserProfileSummaryResponse> {
    return this.profiles.update(principal, request);
  }

  @ApiOperation({ summary: 'Change the own password; ends all other sessions' })
  @SignedIn()
  @Audited()
  @Post('update/password')
  updatePassword(@CurrentPrincipal() principal: Principal, @Body() request: UpdatePasswordRequest): Promise<boolean> {
    return this.passwordChanges.change(principal, request);
  }

  @ApiOperation({ summary: 'Create an account' })
  @Roles('admin')
  @Post('add')
  add(@Body() request: AddUserRequest): Promise<AddUserResponse> {
    return this.signUps.add(request);
  }
}

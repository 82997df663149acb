import { Body, Controller, Get, Ip, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Public, Roles, SignedIn } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { Audited } from '../../platform/audit/audited.decorator';
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
import { PasswordChangeService } from './password-change.service';
import { ProfileService } from './profile.service';
import { Origin, type RequestOrigin } from './request-origin';
import type { SessionAnswer } from './session-answers.service';
import { SignInService } from './sign-in.service';
import { SignUpService } from './sign-up.service';

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

  @ApiOperation({ summary: 'Who is signed in' })
  @ApiOkResponse({ type: SessionUserInfoResponse })
  @SignedIn()
  @Get()
  getSession(@CurrentPrincipal() principal: Principal): Promise<SessionAnswer<SessionUserInfoResponse>> {
    return this.profiles.getSession(principal);
  }

  @ApiOperation({ summary: 'Sign in with a password, or as whom a trusted proxy names' })
  @ApiOkResponse({ type: SessionUserResponse })
  @Public()
  @Audited()
  @Post('signin')
  signIn(@Body() request: SignInRequest, @Origin() origin: RequestOrigin): Promise<SessionAnswer<SessionUserResponse>> {
    return this.signIns.signIn(request, origin);
  }

  @ApiOperation({ summary: 'Make an account; the first one becomes administrator and closes sign-up' })
  @ApiOkResponse({ type: SessionUserResponse })
  @Public()
  @Audited()
  @Post('signup')
  signUp(@Body() request: SignUpRequest, @Ip() address: string): Promise<SessionAnswer<SessionUserResponse>> {
    return this.signUps.signUp(request, address);
  }

  @ApiOperation({ summary: 'Change the own profile; fields that are left out are cleared' })
  @Post('update/profile')
  updateProfile(
    @CurrentPrincipal() principal: Principal,
    @Body() request: UpdateProfileRequest,
  ): Promise<UserProfileSummaryResponse> {
    return this.profiles.update(principal, request);
  }

  @ApiOperation({ summary: 'Change the own password; ends all sessions, and sets a new session cookie' })
  @ApiOkResponse({ type: Boolean })
  @SignedIn()
  @Audited()
  @Post('update/password')
  updatePassword(
    @CurrentPrincipal() principal: Principal,
    @Body() request: UpdatePasswordRequest,
  ): Promise<SessionAnswer<boolean>> {
    return this.passwordChanges.change(principal, request);
  }

  @ApiOperation({ summary: 'Make an account for somebody' })
  @Roles('admin')
  @Post('add')
  add(@Body() request: AddUserRequest): Promise<AddUserResponse> {
    return this.signUps.add(request);
  }
}

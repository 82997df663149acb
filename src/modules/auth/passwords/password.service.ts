import { Injectable } from '@nestjs/common';
import { BadRequestError, ForbiddenError } from '../../../common/errors/app-error';
import { Detail } from '../../../common/errors/details';
import { AuthSettings, PasswordSettings, SignInModeSettings } from '../auth.settings';
import { CredentialRepository } from './credential.repository';
import { PasswordHasherService } from './password-hasher.service';
import { assertPasswordAllowed, compilePattern } from './password-rules';

/** Checks passwords, and the rules for new ones. */
@Injectable()
export class PasswordService {
  constructor(
    private readonly hasher: PasswordHasherService,
    private readonly credentials: CredentialRepository,
    private readonly rules: PasswordSettings,
    private readonly settings: AuthSettings,
    private readonly mode: SignInModeSettings,
  ) {}

  /** @throws ForbiddenError while passwords are disabled. */
  assertEnabled(): void {
    if (!this.settings.enable_password_auth) throw new ForbiddenError();
  }

  /** @throws ForbiddenError as `assertEnabled`; BadRequestError in trusted-header mode, where passwords are not used. */
  assertChangeable(): void {
    this.assertEnabled();
    if (this.mode.trusted_email_header !== null) throw new BadRequestError(Detail.actionProhibited);
  }

  /** Hashes a new password. @throws BadRequestError when it breaks the rules. */
  async hashNew(password: string): Promise<string> {
    const { enable_password_validation: isChecked, password_validation_regex_pattern: pattern } = this.rules;
    assertPasswordAllowed(password, isChecked ? compilePattern(pattern) : null);
    return this.hasher.hash(password);
  }

  /** False, in constant time, for an unknown user (null), a deactivated account, and one without a password. */
  async isCorrect(userId: string | null, password: string): Promise<boolean> {
    const credential = userId === null ? null : await this.credentials.find(userId);
    const isEqual = await this.hasher.verify(password, credential?.passwordHash ?? null);
    return isEqual && credential?.isActive === true;
  }
}

import { Injectable } from '@nestjs/common';
import { BadRequestError, ForbiddenError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { AuthSettings } from './auth.settings';
import { CredentialRepository } from './credential.repository';
import { PasswordHasher } from './password-hasher.service';
import { assertPasswordAllowed, compilePattern } from './password-rules';
import { PasswordSettings } from './password.settings';
import { SignInModeSettings } from './sign-in-mode.settings';

/** Rules for passwords, and their comparison. */
@Injectable()
export class PasswordService {
  constructor(
    private readonly hasher: PasswordHasher,
    private readonly credentials: CredentialRepository,
    private readonly rules: PasswordSettings,
    private readonly settings: AuthSettings,
    private readonly mode: SignInModeSettings,
  ) {}

  /** @throws ForbiddenError where passwords are switched off. */
  assertEnabled(): void {
    if (!this.settings.ENABLE_PASSWORD_AUTH) throw new ForbiddenError();
  }

  /** @throws ForbiddenError as `assertEnabled`; BadRequestError where a proxy signs people in, and not their passwords. */
  assertChangeable(): void {
    this.assertEnabled();
    if (this.mode.trusted_email_header !== null) throw new BadRequestError(Detail.actionProhibited);
  }

  /** @throws BadRequestError when a new password breaks the rules. */
  async hashNew(password: string): Promise<string> {
    const { ENABLE_PASSWORD_VALIDATION: isChecked, PASSWORD_VALIDATION_REGEX_PATTERN: pattern } = this.rules;
    assertPasswordAllowed(password, isChecked ? compilePattern(pattern) : null);
    return this.hasher.hash(password);
  }

  /** False, in the same time, for an unknown user (null), a locked account, and one without a password. */
  async isCorrect(userId: string | null, password: string): Promise<boolean> {
    const credential = userId === null ? null : await this.credentials.find(userId);
    const isEqual = await this.hasher.verify(password, credential?.passwordHash ?? null);
    return isEqual && credential?.isActive === true;
  }
}

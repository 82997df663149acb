import { IsBoolean } from 'class-validator';
import { Env, SettingsSection } from '../../platform/settings/decorators';
import { IsPattern } from './pattern.validator';
import { DEFAULT_PASSWORD_PATTERN } from './password-rules';

/** What a new password has to look like. */
@SettingsSection('password')
export class PasswordSettings {
  /** Passwords have to match the pattern when they are set. */
  @Env('ENABLE_PASSWORD_VALIDATION')
  @IsBoolean()
  ENABLE_PASSWORD_VALIDATION = false;

  /** Regular expression (Unicode mode), matched from the start. */
  @Env('PASSWORD_VALIDATION_REGEX_PATTERN')
  @IsPattern()
  PASSWORD_VALIDATION_REGEX_PATTERN = DEFAULT_PASSWORD_PATTERN;
}

import { IsOptional, IsString, MaxLength } from 'class-validator';
import { Nested } from '../../common/validation/fields';
import { MAX_CONTENT, MAX_NAME } from '../../common/validation/lengths';
import { SharedWith, type AccessControl } from '../access/access-control.dto';
import { UserSummaryResponse } from '../users/users.dto';
import type { Prompt } from './prompt.entity';

export class CreatePromptRequest {
  /** The command that inserts the prompt: `/summarize`. A missing slash is added. */
  @IsString()
  @MaxLength(255)
  command: string;

  @IsString()
  @MaxLength(MAX_NAME)
  title: string;

  /** May contain `{{variables}}`, which clients fill in. */
  @IsString()
  @MaxLength(MAX_CONTENT)
  content: string;

  /** `null` or absent = public, which needs `sharing.public_prompts`; `{}` = private. */
  @IsOptional()
  @Nested(() => SharedWith)
  access_control?: SharedWith | null;
}

/**
 * The command is required and ignored: prompts are not renamed. Absent `access_control` leaves the sharing unchanged.
 */
export class UpdatePromptRequest extends CreatePromptRequest {}

export class PromptResponse {
  /** With its leading slash: `/summarize`. */
  command: string;
  /** Id of the owner, whose account may have been deleted. */
  user_id: string;
  title: string;
  content: string;
  /** Unix seconds of the last change. */
  timestamp: number;
  /** `null` = public, `{}` = private. */
  access_control: SharedWith | null;
}

export class PromptUserResponse extends PromptResponse {
  /** The owner; null when the account was deleted. */
  user: UserSummaryResponse | null;
}

/** Unknown sharing counts as private. */
export const toPromptResponse = (prompt: Prompt, accessControl: AccessControl = {}): PromptResponse => ({
  command: prompt.command,
  user_id: prompt.userId,
  title: prompt.title,
  content: prompt.content,
  timestamp: prompt.timestamp,
  access_control: accessControl,
});

import { IsOptional, IsString, MaxLength } from 'class-validator';
import { Nested } from '../../common/validation/fields';
import { MAX_CONTENT, MAX_NAME } from '../../common/validation/lengths';
import { SharedWith, type AccessControl } from '../access/access-control.dto';
import { UserSummaryResponse } from '../users/users.dto';
import type { UserSummary } from '../users/users.types';
import type { Prompt } from './prompt.entity';

export class CreatePromptRequest {
  /** What people type to insert the prompt: `/summarize`. A missing slash is added. */
  @IsString()
  @MaxLength(255)
  command: string;

  @IsString()
  @MaxLength(MAX_NAME)
  title: string;

  /** May hold `{{variables}}`, which clients fill in. */
  @IsString()
  @MaxLength(MAX_CONTENT)
  content: string;

  /** `null` or absent = public, which needs `sharing.public_prompts`; `{}` = private. */
  @IsOptional()
  @Nested(() => SharedWith)
  access_control?: SharedWith | null;
}

/** The command is required and ignored: prompts are not renamed. Absent `access_control` leaves the sharing as it is. */
export class UpdatePromptRequest extends CreatePromptRequest {}

export class PromptResponse {
  /** With its leading slash: `/summarize`. */
  command: string;
  /** Id of the owner, whose account may be gone. */
  user_id: string;
  title: string;
  content: string;
  /** Unix seconds of the last change. */
  timestamp: number;
  /** `null` = everybody may read it, `{}` = private. */
  access_control: SharedWith | null;
}

export class PromptUserResponse extends PromptResponse {
  /** The owner; null when the account is gone. */
  user: UserSummaryResponse | null;
}

/** Without a known sharing a prompt counts as private. */
export const toPromptResponse = (prompt: Prompt, accessControl: AccessControl = {}): PromptResponse => ({
  command: prompt.command,
  user_id: prompt.userId,
  title: prompt.title,
  content: prompt.content,
  timestamp: prompt.timestamp,
  access_control: accessControl,
});

export const toPromptUserResponse = (
  prompt: Prompt,
  accessControl: AccessControl | undefined,
  owner: UserSummary | undefined,
): PromptUserResponse => ({ ...toPromptResponse(prompt, accessControl), user: owner ?? null });

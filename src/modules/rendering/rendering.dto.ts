import { IsArray, IsObject, IsString } from 'class-validator';

export class MarkdownRequest {
  @IsString()
  md: string;
}

export class MarkdownResponse {
  /** Sanitized: no scripts, handlers or active URLs. */
  html: string;
}

export class GravatarQuery {
  @IsString()
  email: string;
}

export class ChatPdfRequest {
  @IsString()
  title: string;

  /** `role`, `model`, `timestamp` (Unix seconds) and `content` are used, other keys ignored. */
  @IsArray()
  @IsObject({ each: true })
  messages: Record<string, unknown>[];
}

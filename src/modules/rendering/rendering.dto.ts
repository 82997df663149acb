import { IsArray, IsObject, IsString } from 'class-validator';

export class MarkdownRequest {
  @IsString()
  md: string;
}

export class MarkdownResponse {
  /** Without anything that a browser would run. */
  html: string;
}

export class GravatarQuery {
  @IsString()
  email: string;
}

export class ChatPdfRequest {
  @IsString()
  title: string;

  /** As clients keep them: `role`, `model`, `timestamp` (seconds), `content`; everything else is left out. */
  @IsArray()
  @IsObject({ each: true })
  messages: Record<string, unknown>[];
}

import { IsString } from 'class-validator';

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

import { IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import { MAX_DESCRIPTION } from '../../../common/validation/lengths';
import { IsWebUrl } from '../../../common/validation/is-web-url';

/** OpenAPI schema of valves. */
export const VALVES = { schema: { type: 'object', additionalProperties: true } } as const;
/** OpenAPI schema of the JSON schema of valves; null for a source without them. */
export const VALVES_SPEC = { schema: { type: 'object', nullable: true, additionalProperties: true } } as const;

export class LoadUrlRequest {
  /** Address of a source. Pages of GitHub stand for the file that they show, those of folders for its `main.py`. */
  @IsWebUrl()
  url: string;
}

export class LoadedSourceResponse {
  /** Proposed name, from the address. */
  name: string;
  content: string;
}

export class SourceMetaRequest {
  @IsOptional()
  @IsString()
  @MaxLength(MAX_DESCRIPTION)
  description?: string | null;

  /** Ignored: the frontmatter of the source replaces it. */
  @IsOptional()
  @IsObject()
  manifest?: Record<string, unknown> | null;
}

import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsNumber, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsLaxBoolean, IsLaxInt } from '../../../../common/validation/fields';

/** Characters of a query: longer ones are documents, not questions. */
const MAX_QUERY = 50_000;
const MAX_NAMES = 1000;

/** Zero and null stand for the configured value. */
class QueryRequest {
  @IsString() @MaxLength(MAX_QUERY) query: string;

  /** Passages. */
  @IsOptional() @IsLaxInt() k?: number | null;

  /** Passages after reranking, in a hybrid search. */
  @IsOptional() @IsLaxInt() k_reranker?: number | null;

  /** Lowest score of a hybrid search. */
  @IsOptional() @IsNumber() r?: number | null;

  /** False: not hybrid, even if that is enabled. */
  @IsOptional() @IsLaxBoolean() hybrid?: boolean | null;

  /** Weight of full text in a hybrid search, from 0 to 1. */
  @IsOptional() @IsNumber() hybrid_bm25_weight?: number | null;

  /** Full text also finds passages by file name, title, headings and source. */
  @IsOptional() @IsLaxBoolean() enable_enriched_texts?: boolean | null;
}

export class QueryDocRequest extends QueryRequest {
  @IsString() collection_name: string;
}

export class QueryCollectionRequest extends QueryRequest {
  @IsArray() @IsString({ each: true }) @ArrayMaxSize(MAX_NAMES) collection_names: string[];
}

type Metadata = Record<string, unknown>;
const LIST_OF_TEXTS = { type: 'array', items: { type: 'array', items: { type: 'string' } } } as const;

/** Passages, best first, each list within a list of one. */
export class QueryCollectionResponse {
  /** From 0 to 1; higher is better. */
  @ApiProperty({ type: 'array', items: { type: 'array', items: { type: 'number' } } }) distances: number[][];

  @ApiProperty(LIST_OF_TEXTS) documents: string[][];

  @ApiProperty({ type: 'array', items: { type: 'array', items: { type: 'object', additionalProperties: true } } })
  metadatas: Metadata[][];
}

export class QueryDocResponse extends QueryCollectionResponse {
  @ApiProperty(LIST_OF_TEXTS) ids: string[][];
}

export class EmbeddedTextResponse {
  result: number[];
}

import { IsBoolean, IsObject, IsString } from 'class-validator';
import { Env, EnvAs, Secret, SettingsSection, StoredAt } from '../../../platform/settings/decorators';
import { httpUrl } from '../../../platform/settings/env-parsers';

/** Which engine turns files into text, and how the external ones are reached. URLs are saved as entered (contract). */
@SettingsSection('extraction')
export class ExtractionSettings {
  /** One of `external`, `tika`, `docling`, `datalab_marker`, `document_intelligence`, `mistral_ocr`, `mineru`; else files are read here. */
  @StoredAt('rag.CONTENT_EXTRACTION_ENGINE')
  @Env('CONTENT_EXTRACTION_ENGINE')
  @IsString()
  content_extraction_engine = '';

  /** Tika reads text in the images of PDF files. */
  @StoredAt('rag.pdf_extract_images')
  @Env('PDF_EXTRACT_IMAGES')
  @IsBoolean()
  pdf_extract_images = false;

  /** Base URL of the external loader, which is called with `/process` appended. */
  @StoredAt('rag.external_document_loader_url')
  @EnvAs(httpUrl, 'EXTERNAL_DOCUMENT_LOADER_URL')
  @IsString()
  external_document_loader_url = '';

  /** Bearer token of the external loader. */
  @Secret({
    sentTo: ({ external_document_loader_url }: { external_document_loader_url: string }) =>
      external_document_loader_url,
  })
  @StoredAt('rag.external_document_loader_api_key')
  @Env('EXTERNAL_DOCUMENT_LOADER_API_KEY')
  @IsString()
  external_document_loader_api_key = '';

  /** Base URL of the Tika server. */
  @StoredAt('rag.tika_server_url')
  @EnvAs(httpUrl, 'TIKA_SERVER_URL')
  @IsString()
  tika_server_url = 'http://tika:9998';

  /** Base URL of the Docling server. */
  @StoredAt('rag.docling_server_url')
  @EnvAs(httpUrl, 'DOCLING_SERVER_URL')
  @IsString()
  docling_server_url = 'http://docling:5001';

  /** Bearer token of the Docling server; empty for none. */
  @Secret({ sentTo: ({ docling_server_url }: { docling_server_url: string }) => docling_server_url })
  @StoredAt('rag.docling_api_key')
  @Env('DOCLING_API_KEY')
  @IsString()
  docling_api_key = '';

  /** Further form fields of a request to Docling. */
  @StoredAt('rag.docling_params')
  @Env('DOCLING_PARAMS')
  @IsObject()
  docling_params: Record<string, unknown> = {};

  /** Endpoint of the Document Intelligence resource. */
  @StoredAt('rag.document_intelligence_endpoint')
  @EnvAs(httpUrl, 'DOCUMENT_INTELLIGENCE_ENDPOINT')
  @IsString()
  document_intelligence_endpoint = '';

  /** Key of the Document Intelligence resource. */
  @Secret({
    sentTo: ({ document_intelligence_endpoint }: { document_intelligence_endpoint: string }) =>
      document_intelligence_endpoint,
  })
  @StoredAt('rag.document_intelligence_key')
  @Env('DOCUMENT_INTELLIGENCE_KEY')
  @IsString()
  document_intelligence_key = '';

  /** Model of Document Intelligence. */
  @StoredAt('rag.document_intelligence_model')
  @Env('DOCUMENT_INTELLIGENCE_MODEL')
  @IsString()
  document_intelligence_model = 'prebuilt-layout';

  /** Base URL of the Mistral API, up to and including the version. */
  @StoredAt('rag.MISTRAL_OCR_API_BASE_URL')
  @EnvAs(httpUrl, 'MISTRAL_OCR_API_BASE_URL')
  @IsString()
  mistral_ocr_api_base_url = 'https://api.mistral.ai/v1';

  /** Bearer token of the Mistral API. */
  @Secret({ sentTo: ({ mistral_ocr_api_base_url }: { mistral_ocr_api_base_url: string }) => mistral_ocr_api_base_url })
  @StoredAt('rag.mistral_ocr_api_key')
  @Env('MISTRAL_OCR_API_KEY')
  @IsString()
  mistral_ocr_api_key = '';

  /** `local`: a MinerU server of one's own; `cloud`: the hosted API. */
  @StoredAt('rag.mineru_api_mode')
  @Env('MINERU_API_MODE')
  @IsString()
  mineru_api_mode = 'local';

  /** Base URL of MinerU. */
  @StoredAt('rag.mineru_api_url')
  @EnvAs(httpUrl, 'MINERU_API_URL')
  @IsString()
  mineru_api_url = 'http://localhost:8000';

  /** Bearer token of the hosted MinerU API. */
  @Secret({ sentTo: ({ mineru_api_url }: { mineru_api_url: string }) => mineru_api_url })
  @StoredAt('rag.mineru_api_key')
  @Env('MINERU_API_KEY')
  @IsString()
  mineru_api_key = '';

  /** Further fields of a request to MinerU. */
  @StoredAt('rag.mineru_params')
  @Env('MINERU_PARAMS')
  @IsObject()
  mineru_params: Record<string, unknown> = {};
}

/** The Marker API of Datalab. */
@SettingsSection('datalab_marker')
export class DatalabMarkerSettings {
  /** Key of the Marker API. */
  @Secret({
    sentTo: ({ datalab_marker_api_base_url }: { datalab_marker_api_base_url: string }) => datalab_marker_api_base_url,
  })
  @StoredAt('rag.datalab_marker_api_key')
  @Env('DATALAB_MARKER_API_KEY')
  @IsString()
  datalab_marker_api_key = '';

  /** URL of the Marker API; empty for the hosted one. */
  @StoredAt('rag.datalab_marker_api_base_url')
  @EnvAs(httpUrl, 'DATALAB_MARKER_API_BASE_URL')
  @IsString()
  datalab_marker_api_base_url = '';

  /** JSON that Marker gets as `additional_config`; empty for none. */
  @StoredAt('rag.datalab_marker_additional_config')
  @Env('DATALAB_MARKER_ADDITIONAL_CONFIG')
  @IsString()
  datalab_marker_additional_config = '';

  /** Marker converts a file again that it has in its cache. */
  @StoredAt('rag.datalab_marker_skip_cache')
  @Env('DATALAB_MARKER_SKIP_CACHE')
  @IsBoolean()
  datalab_marker_skip_cache = false;

  /** Marker reads all pages by OCR, those with text as well. */
  @StoredAt('rag.datalab_marker_force_ocr')
  @Env('DATALAB_MARKER_FORCE_OCR')
  @IsBoolean()
  datalab_marker_force_ocr = false;

  /** Marker separates the pages of its output. */
  @StoredAt('rag.datalab_marker_paginate')
  @Env('DATALAB_MARKER_PAGINATE')
  @IsBoolean()
  datalab_marker_paginate = false;

  /** Marker replaces text of an earlier OCR. */
  @StoredAt('rag.datalab_marker_strip_existing_ocr')
  @Env('DATALAB_MARKER_STRIP_EXISTING_OCR')
  @IsBoolean()
  datalab_marker_strip_existing_ocr = false;

  /** Marker leaves images out. */
  @StoredAt('rag.datalab_marker_disable_image_extraction')
  @Env('DATALAB_MARKER_DISABLE_IMAGE_EXTRACTION')
  @IsBoolean()
  datalab_marker_disable_image_extraction = false;

  /** Marker formats lines, such as inline formulas. */
  @StoredAt('rag.datalab_marker_format_lines')
  @Env('DATALAB_MARKER_FORMAT_LINES')
  @IsBoolean()
  datalab_marker_format_lines = false;

  /** Marker improves its output by a language model. */
  @StoredAt('rag.DATALAB_MARKER_USE_LLM')
  @Env('DATALAB_MARKER_USE_LLM')
  @IsBoolean()
  datalab_marker_use_llm = false;

  /** `markdown`, `html` or `json`. */
  @StoredAt('rag.datalab_marker_output_format')
  @Env('DATALAB_MARKER_OUTPUT_FORMAT')
  @IsString()
  datalab_marker_output_format = 'markdown';
}

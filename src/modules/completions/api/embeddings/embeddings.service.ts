import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../../common/auth/principal';
import type { JsonObject } from '../../../../common/util/json';
import { ProvidersService } from '../../../providers/providers.service';
import { inEncoding } from './embedding-encoding';
import { UsableModelService } from '../../generation/usable-model.service';

/** Embeddings by models that the principal may use. */
@Injectable()
export class EmbeddingsService {
  constructor(
    private readonly models: UsableModelService,
    private readonly providers: ProvidersService,
  ) {}

  /** One vector per input, in the requested encoding. @throws as `UsableModelService.get`. */
  async embed(principal: Principal, body: JsonObject, signal: AbortSignal): Promise<JsonObject> {
    const { id: presetId, provider: model } = await this.models.get(principal, body);
    const answer = await this.providers.embed({ model, presetId, body, signal, user: principal });
    return inEncoding(answer, body.encoding_format);
  }
}

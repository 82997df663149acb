import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import type { JsonObject } from '../../common/util/json';
import { ProvidersService } from '../providers/providers.service';
import { inEncoding } from './embedding-encoding';
import { UsableModelService } from './usable-model.service';

/** Vectors of texts, by models that the caller may use. */
@Injectable()
export class EmbeddingsService {
  constructor(
    private readonly models: UsableModelService,
    private readonly providers: ProvidersService,
  ) {}

  /** One vector for each input, in the encoding that was asked for. @throws as `UsableModelService.get`. */
  async embed(caller: Principal, body: JsonObject, signal: AbortSignal): Promise<JsonObject> {
    const { id: presetId, provider: model } = await this.models.get(caller, body);
    const answer = await this.providers.embed({ model, presetId, body, signal, user: caller });
    return inEncoding(answer, body.encoding_format);
  }
}

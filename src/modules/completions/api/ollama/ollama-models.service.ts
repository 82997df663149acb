import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../../../common/auth/principal';
import { BadRequestError, ForbiddenError } from '../../../../common/errors/app-error';
import { ModelsService } from '../../../models/models.service';
import type { ResolvedModel } from '../../../models/models.types';
import { OllamaService } from '../../../providers/ollama/ollama.service';
import { ProviderDetail } from '../../../providers/provider.errors';

/** Characters of a name that an error repeats. */
const MAX_SHOWN = 200;

/** A model name in a request. */
export interface NamedModel {
  name: string;
  /** The name in the error, when it differs from `name`. */
  shownName?: string;
  /** The server to call. */
  index?: number;
}

/** Resolves model names for Ollama's interface and checks access. */
@Injectable()
export class OllamaModelsService {
  constructor(
    private readonly models: ModelsService,
    private readonly ollama: OllamaService,
  ) {}

  /**
   * Names without a tag mean `latest`. Null when an administrator names a server and no server is known to have the
   * model. Users can neither probe for models without access nor reach servers that lack the model.
   * @throws ForbiddenError for those, BadRequestError for an unknown name.
   */
  async resolve(principal: Principal, { name, shownName = name, index }: NamedModel): Promise<ResolvedModel | null> {
    const model = (await this.find(principal, name)) ?? (await this.find(principal, withVersion(name)));
    const isUnknown = !model && isAdmin(principal) && !(await this.ollama.isOffered(name));
    if (isUnknown && index === undefined)
      throw new BadRequestError(`Model '${shownName.slice(0, MAX_SHOWN)}' was not found`);
    if (!isUnknown && !this.canCall(principal, model, index)) throw new ForbiddenError(ProviderDetail.modelNotFound);
    return model;
  }

  private canCall(principal: Principal, model: ResolvedModel | null, index: number | undefined): boolean {
    if (!model) return false;
    return index === undefined || isAdmin(principal) || this.ollama.isOn(model.provider, index);
  }

  private async find(principal: Principal, id: string): Promise<ResolvedModel | null> {
    const model = await this.models.resolveUsable(principal, id);
    return model && this.ollama.owns(model.provider) ? model : null;
  }
}

/** The default tag is `latest`. */
export const withVersion = (name: string): string => (name.includes(':') ? name : `${name}:latest`);

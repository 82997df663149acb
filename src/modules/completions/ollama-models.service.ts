import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { BadRequestError, ForbiddenError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { ModelsService } from '../models/models.service';
import type { ResolvedModel } from '../models/models.types';
import { OllamaService } from '../providers/ollama.service';

/** A model as a client names it. */
export interface NamedModel {
  name: string;
  /** The name in the refusal, when it is not `name`. */
  told?: string;
  /** The server that is to be asked. */
  index?: number;
}

/** Which model of an Ollama server a caller means, and may use. */
@Injectable()
export class OllamaModelsService {
  constructor(
    private readonly models: ModelsService,
    private readonly ollama: OllamaService,
  ) {}

  /**
   * Names may leave out the version. Null for a model that no server is known to have, when an administrator says which
   * one is to be asked. Users learn of no model that they may not use, and reach no server that does not have it.
   * @throws ForbiddenError for those, BadRequestError for a name that there is not.
   */
  async resolve(caller: Principal, { name, told = name, index }: NamedModel): Promise<ResolvedModel | null> {
    const model = (await this.find(caller, name)) ?? (await this.find(caller, withVersion(name)));
    const isUnknown = !model && isAdmin(caller) && !(await this.ollama.isOffered(name));
    if (isUnknown && index === undefined) throw new BadRequestError(`Model '${told}' was not found`);
    if (!isUnknown && !this.mayAsk(caller, model, index)) throw new ForbiddenError(Detail.modelNotFound);
    return model;
  }

  private mayAsk(caller: Principal, model: ResolvedModel | null, index: number | undefined): boolean {
    if (!model) return false;
    return index === undefined || isAdmin(caller) || this.ollama.isOn(model.provider, index);
  }

  private async find(caller: Principal, id: string): Promise<ResolvedModel | null> {
    const model = await this.models.resolveUsable(caller, id);
    return model && this.ollama.owns(model.provider) ? model : null;
  }
}

/** Without a version `latest` is meant. */
export const withVersion = (name: string): string => (name.includes(':') ? name : `${name}:latest`);

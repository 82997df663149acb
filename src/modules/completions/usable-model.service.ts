import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { ForbiddenError, NotFoundError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { missing, ValidationError } from '../../common/errors/validation-error';
import { asString, type JsonObject } from '../../common/util/json';
import { ModelsService } from '../models/models.service';
import type { ResolvedModel } from '../models/models.types';

/** The model of a request in OpenAI's form, for callers who may use it. */
@Injectable()
export class UsableModelService {
  constructor(private readonly models: ModelsService) {}

  /** Null without a model, and for one that there is not or that the caller may not use. */
  async find(caller: Principal, { model: id }: JsonObject): Promise<ResolvedModel | null> {
    return typeof id === 'string' && id !== '' ? this.models.resolveUsable(caller, id) : null;
  }

  /**
   * @throws ValidationError without a model; for one that there is not, or that the caller may not use, ForbiddenError,
   * which tells users neither from the other, and NotFoundError for administrators.
   */
  async get(caller: Principal, body: JsonObject): Promise<ResolvedModel> {
    const model = await this.find(caller, body);
    if (model) return model;
    if (!asString(body.model)) throw new ValidationError([missing(['body', 'model'], body)]);
    throw isAdmin(caller) ? new NotFoundError(Detail.modelNotFound) : new ForbiddenError(Detail.modelNotFound);
  }
}

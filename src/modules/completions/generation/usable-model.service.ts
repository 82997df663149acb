import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../../common/auth/principal';
import { ForbiddenError, NotFoundError } from '../../../common/errors/app-error';
import { missing, ValidationError } from '../../../common/errors/validation-error';
import { asString, type JsonObject } from '../../../common/util/json';
import { ModelsService } from '../../models/models.service';
import type { ResolvedModel } from '../../models/models.types';
import { ProviderDetail } from '../../providers/provider.errors';

/** The model of a request in OpenAI's form, if the principal may use it. */
@Injectable()
export class UsableModelService {
  constructor(private readonly models: ModelsService) {}

  /** Null without a model, for an unknown id, and for a model that the principal may not use. */
  async find(principal: Principal, { model: id }: JsonObject): Promise<ResolvedModel | null> {
    return typeof id === 'string' && id !== '' ? this.models.resolveUsable(principal, id) : null;
  }

  /**
   * @throws ValidationError without a model. For an unknown or inaccessible one, ForbiddenError, which hides the
   * difference from users, or NotFoundError for administrators.
   */
  async get(principal: Principal, body: JsonObject): Promise<ResolvedModel> {
    const model = await this.find(principal, body);
    if (model) return model;
    if (!asString(body.model)) throw new ValidationError([missing(['body', 'model'], body)]);
    throw isAdmin(principal)
      ? new NotFoundError(ProviderDetail.modelNotFound)
      : new ForbiddenError(ProviderDetail.modelNotFound);
  }
}

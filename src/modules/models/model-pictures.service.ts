import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import type { Picture } from '../../common/http/send-picture';
import { UserViewsService } from '../users/user-views.service';
import { ModelsRepository } from './models.repository';

/** Pictures of models, by the rules for those of accounts. */
@Injectable()
export class ModelPicturesService {
  constructor(
    private readonly rows: ModelsRepository,
    private readonly views: UserViewsService,
  ) {}

  async get(caller: Principal, id: string): Promise<Picture> {
    return this.views.pictureAt((await this.rows.findImageUrl(caller, id)) ?? '');
  }
}

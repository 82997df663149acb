import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { TasksService } from '../../completions/reply/tasks.service';
import { ModelsService } from '../../models/models.service';
import { UsersService } from '../../users/users.service';
import type { ActivityResponse } from './server.dto';

/** The current load of the installation. Counts of requests and tokens are in `providers/usage`. */
@Injectable()
export class RunningModelsService {
  constructor(
    private readonly tasks: TasksService,
    private readonly models: ModelsService,
    private readonly users: UsersService,
  ) {}

  /** Lists only running models that the principal may use. */
  async get(principal: Principal): Promise<ActivityResponse> {
    const [running, user_count] = await Promise.all([this.tasks.listRunningModels(), this.users.countActive()]);
    const usable = await Promise.all(running.map((id) => this.models.findUsable(principal, id)));
    return { model_ids: running.filter((_, index) => usable[index] !== null), user_count };
  }
}

import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { TasksService } from '../completions/tasks.service';
import { ModelsService } from '../models/models.service';
import { UsersService } from '../users/users.service';
import type { UsageResponse } from './usage.dto';

@Injectable()
export class UsageService {
  constructor(
    private readonly tasks: TasksService,
    private readonly models: ModelsService,
    private readonly users: UsersService,
  ) {}

  /** Of the models only those that the caller may use. */
  async get(caller: Principal): Promise<UsageResponse> {
    const [running, user_count] = await Promise.all([this.tasks.listRunningModels(), this.users.countActive()]);
    const usable = await Promise.all(running.map((id) => this.models.findUsable(caller, id)));
    return { model_ids: running.filter((_, index) => usable[index] !== null), user_count };
  }
}
